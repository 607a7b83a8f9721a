-- expect: budget
return rule {
  id = "concat-bomb-straight", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local s = "0123456789abcdef"
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
    s = s .. s
  end,
}
