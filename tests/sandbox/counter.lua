-- expect: refused lives on after the call
local n = 0
return rule {
  id = "counter", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    n = n + 1
    return n > 1
  end,
}
