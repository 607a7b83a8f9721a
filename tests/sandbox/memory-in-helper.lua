-- expect: refused lives on after the call
local n = 0
local helper = { next = function() n = n + 1 return n end }
return rule {
  id = "memory-in-helper", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return helper.next() > 1
  end,
}
