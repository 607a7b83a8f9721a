-- expect: refused
return rule {
  id = "string-dump", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return string.dump(function() end)
  end,
}
