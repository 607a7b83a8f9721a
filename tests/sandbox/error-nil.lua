-- expect: refused error takes a text
return rule {
  id = "error-nil", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    error()
  end,
}
