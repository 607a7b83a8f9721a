-- expect: refused evidence is data
return rule {
  id = "evidence-subject", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return { pupil = pupil }
  end,
}
