-- expect: refused there is no "load" here
return rule {
  id = "load-text", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return load("while true do end")()
  end,
}
