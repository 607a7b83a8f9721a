-- expect: refused evidence is data
return rule {
  id = "evidence-function", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return { f = function() end }
  end,
}
