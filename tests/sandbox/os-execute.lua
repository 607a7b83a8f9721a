-- expect: refused there is no "os" here
return rule {
  id = "os-execute", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return os.execute("true")
  end,
}
