-- expect: refused a window of
return rule {
  id = "window-long", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:rate("absent", "year" .. (" "):rep(100000))
  end,
}
