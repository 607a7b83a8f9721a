-- expect: budget instructions
return rule {
  id = "endless-loop", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    while true do end
  end,
}
