-- expect: budget instructions
return rule {
  id = "trim-burner", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local s, n = (" "):rep(1000000), 0
    while true do n = n + #text.trim(s) end
  end,
}
