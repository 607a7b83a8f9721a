-- expect: refused lives on after the call
local function make() local n = 0 return function() n = n + 1 return n end end
local count = make()
return rule {
  id = "counter-in-closure", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return count() > 1
  end,
}
