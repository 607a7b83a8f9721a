-- expect: refused
return rule {
  id = "write-text", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    ("x").y = 1
  end,
}
