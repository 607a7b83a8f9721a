-- expect: refused
return rule {
  id = "integer-division", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return 1 // 0
  end,
}
