-- expect: refused there is no "debug" here
return rule {
  id = "debug-hook", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    debug.sethook()
    while true do end
  end,
}
