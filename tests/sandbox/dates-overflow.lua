-- expect: refused too many days
return rule {
  id = "dates-overflow", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return dates.add("2025-09-01", 1 << 40)
  end,
}
