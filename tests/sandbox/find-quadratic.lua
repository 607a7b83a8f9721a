-- expect: budget
return rule {
  id = "find-quadratic", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local hay, needle = ("a"):rep(1000000), ("a"):rep(500000) .. "b"
    for i = 1, 1000 do hay:find(needle) end
  end,
}
