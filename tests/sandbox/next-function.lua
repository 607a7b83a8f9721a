-- expect: refused there is no "next" here
return rule {
  id = "next-function", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return next(p)
  end,
}
