-- expect: refused
return rule {
  id = "string-gsub", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return ("x"):rep(200000):gsub("x-y", "")
  end,
}
