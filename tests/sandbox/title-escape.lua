-- expect: refused cannot be shown
return rule {
  id = "title-escape", title = "an attack", scope = "pupil", level = "info", message = "got through",
  authority = "a\27]0;law\7",
  when = function(pupil, p)
    return true
  end,
}
