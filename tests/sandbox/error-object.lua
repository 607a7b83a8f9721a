-- expect: refused error takes a text
return rule {
  id = "error-object", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    error({ code = 1 })
  end,
}
