-- expect: refused there is no "coroutine" here
local co = coroutine.create(function() while true do end end)
return rule {
  id = "early-coroutine", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return co()
  end,
}
