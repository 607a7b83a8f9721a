-- expect: refused there is no "getmetatable" here
return rule {
  id = "get-metatable", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    getmetatable("").__index = nil
  end,
}
