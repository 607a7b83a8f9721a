-- expect: refused longer than
return rule {
  id = "concat-separator", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 10000 do t[i] = i end
    return table.concat(t, ("x"):rep(1000))
  end,
}
