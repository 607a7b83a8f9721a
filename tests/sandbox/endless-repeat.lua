-- expect: budget instructions
return rule {
  id = "endless-repeat", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    repeat until false
  end,
}
