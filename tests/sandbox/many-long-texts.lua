-- expect: budget instructions
return rule {
  id = "many-long-texts", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local s, t = ("x"):rep(1000000), nil
    for i = 1, 100000 do t = s .. i end
  end,
}
