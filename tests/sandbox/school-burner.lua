-- expect: budget instructions
return rule {
  id = "school-burner", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local school = pupil:school()
    for i = 1, 1000000 do school:similar() end
  end,
}
