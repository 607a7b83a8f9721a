-- expect: budget
return rule {
  id = "memory-closure", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    while true do local i = #t; t[i + 1] = function() return i end end
  end,
}
