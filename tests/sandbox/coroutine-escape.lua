-- expect: refused there is no "coroutine" here
return rule {
  id = "coroutine-escape", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local co = coroutine.wrap(function() while true do end end)
    co()
  end,
}
