-- expect: refused answers with a number
return rule {
  id = "evidence-number", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return 1
  end,
}
