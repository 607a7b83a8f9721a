-- expect: refused too much evidence
return rule {
  id = "evidence-large", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 10000 do t[i] = "0123456789" end
    return { t = t }
  end,
}
