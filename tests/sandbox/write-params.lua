-- expect: refused cannot be changed
return rule {
  id = "write-params", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    p.x = 1
  end,
}
