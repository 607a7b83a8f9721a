-- expect: budget text
return rule {
  id = "concat-bomb", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local s = "x"
    for i = 1, 60 do s = s .. s end
  end,
}
