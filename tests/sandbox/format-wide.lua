-- expect: refused
return rule {
  id = "format-wide", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return string.format("%99999d", 1)
  end,
}
