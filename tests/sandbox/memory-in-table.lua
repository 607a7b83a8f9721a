-- expect: refused cannot be changed
local seen = {}
return rule {
  id = "memory-in-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    seen[pupil.id] = true
  end,
}
