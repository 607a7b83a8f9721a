-- expect: refused cannot be shown
return rule {
  id = "message-not-utf8", title = "an attack", scope = "pupil", level = "info", message = "\xff",
  when = function(pupil, p)
    return true
  end,
}
