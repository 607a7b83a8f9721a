-- expect: budget
return rule {
  id = "insert-front", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 1000000 do table.insert(t, 1, i) end
  end,
}
