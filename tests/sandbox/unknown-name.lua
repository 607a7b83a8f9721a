-- expect: refused there is no "pupi" here
return rule {
  id = "unknown-name", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupi
  end,
}
