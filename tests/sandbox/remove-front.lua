-- expect: budget
return rule {
  id = "remove-front", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 100000 do t[i] = i end
    for i = 1, 100000 do table.remove(t, 1) end
  end,
}
