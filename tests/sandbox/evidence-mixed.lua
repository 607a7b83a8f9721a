-- expect: refused a value without a name
return rule {
  id = "evidence-mixed", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return { 1, x = 2 }
  end,
}
