-- expect: refused is no kind of session
return rule {
  id = "kind-made-up", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:rate("abs" .. "nt")
  end,
}
