-- expect: refused remembers where it was
local list = { 1, 2, 3 }
local step = pairs(list)
return rule {
  id = "memory-in-iterator", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return step(list) ~= nil
  end,
}
