-- expect: refused
return rule {
  id = "random", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return math.random() < 0.5
  end,
}
