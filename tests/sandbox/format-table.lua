-- expect: refused takes texts and numbers
return rule {
  id = "format-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return string.format("%s", p)
  end,
}
