-- expect: refused
return rule {
  id = "window-nonsense", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:rate("absent", "last " .. ("9"):rep(500) .. " school weeks")
  end,
}
