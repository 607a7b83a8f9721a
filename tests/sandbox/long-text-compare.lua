-- expect: budget
return rule {
  id = "long-text-compare", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local a, b = ("x"):rep(1000000) .. "a", ("x"):rep(1000000) .. "b"
    local n = 0
    while true do if a < b then n = n + 1 end end
  end,
}
