-- expect: refused
return rule {
  id = "table-pack", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return table.pack(1, 2)
  end,
}
