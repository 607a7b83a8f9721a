-- expect: refused nested more than
return rule {
  id = "evidence-cycle", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    t.t = t
    return t
  end,
}
