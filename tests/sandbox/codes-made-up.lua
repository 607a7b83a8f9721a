-- expect: refused put together while the rule runs
return rule {
  id = "codes-made-up", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return pupil:count(codes("G" .. " N"))
  end,
}
