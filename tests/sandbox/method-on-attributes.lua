-- expect: refused methods are called with a colon
return rule {
  id = "method-on-attributes", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil.rate(pupil.attr, "absent")
  end,
}
