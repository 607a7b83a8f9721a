-- expect: refused there is no "load" here
return rule {
  id = "load-bytecode", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return load("\27Lua")
  end,
}
