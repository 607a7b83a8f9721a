-- expect: budget instructions
return rule {
  id = "endless-tail-calls", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local function f() return f() end
    return f()
  end,
}
