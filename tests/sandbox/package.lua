-- expect: refused there is no "package" here
return rule {
  id = "package", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return package.loadlib("libc.so.6", "system")
  end,
}
