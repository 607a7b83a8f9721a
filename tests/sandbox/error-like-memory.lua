-- expect: refused not enough memory
return rule {
  id = "error-like-memory", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    error("not enough memory")
  end,
}
