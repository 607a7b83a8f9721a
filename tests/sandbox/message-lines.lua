-- expect: refused cannot be shown
return rule {
  id = "message-lines", title = "an attack", scope = "pupil", level = "info", message = "one\nmuster: note: two",
  when = function(pupil, p)
    return true
  end,
}
