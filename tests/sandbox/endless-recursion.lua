-- expect: budget memory
return rule {
  id = "endless-recursion", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local function f() return 1 + f() end
    return f()
  end,
}
