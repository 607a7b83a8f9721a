-- expect: budget
return rule {
  id = "starts-burner", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local s, n = ("x"):rep(1000000), 0
    while true do if text.starts(s, s) and text.ends(s, s) then n = n + 1 end end
  end,
}
