-- expect: refused methods are called with a colon
return rule {
  id = "method-on-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil.rate({}, "absent")
  end,
}
