-- expect: refused at most
return rule {
  id = "unpack-many", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for i = 1, 100000 do t[i] = i end
    return table.unpack(t)
  end,
}
