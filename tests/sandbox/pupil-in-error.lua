-- expect: refused (pupil)
return rule {
  id = "pupil-in-error", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    error("look at " .. pupil.id .. ", who is absent")
  end,
}
