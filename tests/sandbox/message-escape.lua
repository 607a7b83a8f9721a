-- expect: refused cannot be shown
return rule {
  id = "message-escape", title = "an attack", scope = "pupil", level = "info", message = "\27[2J gone",
  when = function(pupil, p)
    return true
  end,
}
