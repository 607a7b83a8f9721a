-- expect: budget
local f = function() return true end
for i = 1, 60000 do
  local g = f
  f = function() return g() end
end
return rule {
  id = "closure-chain", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return f()
  end,
}
