-- expect: refused _ENV is not for scripts
return rule {
  id = "environment-as-local", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local _ENV = {}
    x = 1
  end,
}
