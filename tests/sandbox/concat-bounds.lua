-- expect: refused beyond the list
return rule {
  id = "concat-bounds", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return table.concat({}, "", 1, 1 << 60)
  end,
}
