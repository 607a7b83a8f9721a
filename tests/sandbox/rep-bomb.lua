-- expect: refused longer than
return rule {
  id = "rep-bomb", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return ("x"):rep(1 << 40)
  end,
}
