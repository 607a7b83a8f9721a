-- expect: refused is assigned to
return rule {
  id = "global-write", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    seen = true
  end,
}
