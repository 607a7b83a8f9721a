-- expect: refused longer than
return rule {
  id = "rep-separator", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return (""):rep(1000000, "xxxxxxxxxx")
  end,
}
