-- expect: refused there is no "setmetatable" here
return rule {
  id = "finalizer", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    setmetatable({}, { __gc = function() while true do end end })
  end,
}
