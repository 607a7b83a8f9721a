-- expect: refused not a number
return rule {
  id = "sort-nan", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.sort { 1, 0 / 0, 2 }
  end,
}
