-- expect: budget
return rule {
  id = "sort-endless", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.sort({ 3, 1, 2 }, function() while true do end end)
  end,
}
