-- expect: refused
return rule {
  id = "unpack-wrap", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return table.unpack({}, 1, 1 << 31)
  end,
}
