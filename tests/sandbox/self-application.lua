-- expect: budget instructions
return rule {
  id = "self-application", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return (function(f) return f(f) end)(function(f) return f(f) end)
  end,
}
