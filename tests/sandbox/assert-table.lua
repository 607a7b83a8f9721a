-- expect: refused error takes a text
return rule {
  id = "assert-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    assert(false, {})
  end,
}
