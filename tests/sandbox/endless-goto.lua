-- expect: budget instructions
return rule {
  id = "endless-goto", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    ::again:: goto again
  end,
}
