-- expect: refused there is no "os" here
return rule {
  id = "clock", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return os.time() > 0
  end,
}
