-- expect: budget
return rule {
  id = "window-flood", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local n = 0
    for i = 1, 100000000 do n = n + pupil:count("absent", "since " .. dates.add("1950-01-01", i % 50000)) end
  end,
}
