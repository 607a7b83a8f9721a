-- expect: refused longer than
return rule {
  id = "rep-empty", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return (""):rep(1 << 60)
  end,
}
