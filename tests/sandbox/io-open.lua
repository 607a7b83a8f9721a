-- expect: refused there is no "io" here
return rule {
  id = "io-open", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return io.open("/etc/passwd")
  end,
}
