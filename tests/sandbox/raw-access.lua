-- expect: refused there is no "rawset" here
return rule {
  id = "raw-access", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    rawset(p, "x", 1)
  end,
}
