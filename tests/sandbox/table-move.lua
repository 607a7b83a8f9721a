-- expect: refused
return rule {
  id = "table-move", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.move({}, 1, 1 << 60, 2)
  end,
}
