-- expect: refused cannot be changed
local shared = { params = {} }
return rule {
  id = "memory-in-description", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    shared.params.x = 1
  end,
}
