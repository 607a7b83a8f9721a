-- expect: nil
return rule {
  id = "sort-inconsistent", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 100 do t[i] = i % 7 end
    table.sort(t, function() return true end)
  end,
}
