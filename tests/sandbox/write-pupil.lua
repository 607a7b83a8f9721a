-- expect: refused cannot be changed
return rule {
  id = "write-pupil", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    pupil.id = "x"
  end,
}
