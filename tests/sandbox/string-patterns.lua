-- expect: refused
return rule {
  id = "string-patterns", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return ("a"):rep(26):match(("a-"):rep(26) .. "b")
  end,
}
