-- expect: refused there is no "require" here
return rule {
  id = "require", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return require("os")
  end,
}
