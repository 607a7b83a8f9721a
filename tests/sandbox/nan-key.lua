-- expect: refused
return rule {
  id = "nan-key", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    t[0 / 0] = 1
  end,
}
