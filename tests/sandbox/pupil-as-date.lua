-- expect: refused (pupil)
return rule {
  id = "pupil-as-date", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return dates.add(pupil.id, 1)
  end,
}
