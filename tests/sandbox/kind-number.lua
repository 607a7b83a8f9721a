-- expect: refused it is a text
return rule {
  id = "kind-number", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:rate(7)
  end,
}
