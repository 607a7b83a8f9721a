-- expect: refused cannot be changed
local kept = {}
return rule {
  id = "keep-subject", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    kept.pupil = pupil
  end,
}
