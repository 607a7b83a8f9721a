-- expect: refused there is no "dofile" here
return rule {
  id = "dofile", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return dofile("/etc/passwd")
  end,
}
