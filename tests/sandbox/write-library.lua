-- expect: refused cannot be changed
return rule {
  id = "write-library", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    math.floor = nil
  end,
}
