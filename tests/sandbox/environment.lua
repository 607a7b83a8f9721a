-- expect: refused _ENV is not for scripts
return rule {
  id = "environment", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    _ENV = { pairs = pairs }
  end,
}
