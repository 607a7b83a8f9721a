-- expect: refused there is no "print" here
return rule {
  id = "print", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    print(pupil.id)
  end,
}
