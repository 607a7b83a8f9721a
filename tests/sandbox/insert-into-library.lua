-- expect: refused cannot be changed
return rule {
  id = "insert-into-library", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.insert(math, 1)
  end,
}
