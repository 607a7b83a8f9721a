-- expect: refused has no spells
return rule {
  id = "subject-of-another-kind", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:school():spells("absent")
  end,
}
