-- expect: refused
return rule {
  id = "string-arithmetic", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return "10" + 1 > 0
  end,
}
