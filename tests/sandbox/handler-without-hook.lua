-- expect: refused there is no "xpcall" here
return rule {
  id = "handler-without-hook", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return xpcall(function() error("x") end, function() while true do end end)
  end,
}
