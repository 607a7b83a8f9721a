-- expect: refused a list of
return rule {
  id = "made-up-border-insert", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = {}
    for k = 0, 62 do t[1 << k] = 1 end
    t[math.maxinteger] = 1
    table.insert(t, 5)
    table.insert(t, 6)
  end,
}
