-- expect: budget
return rule {
  id = "memory-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 100000000 do t[i] = { i } end
  end,
}
