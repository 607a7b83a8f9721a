-- expect: refused more than 64 names
return rule {
  id = "message-bomb", title = "an attack", scope = "pupil", level = "info", message = "{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}{a}",
  when = function(pupil, p)
    return { a = ("x"):rep(30000) }
  end,
}
