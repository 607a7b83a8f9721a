-- expect: refused
return rule {
  id = "format-address", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return string.format("%p", p)
  end,
}
