-- expect: refused have no order
return rule {
  id = "sort-mixed", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.sort { 1, "a" }
  end,
}
