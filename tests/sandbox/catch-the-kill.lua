-- expect: refused there is no "pcall" here
return rule {
  id = "catch-the-kill", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    while true do pcall(function() while true do end end) end
  end,
}
