-- expect: refused a name of letters
return rule {
  id = "parameter-name", title = "an attack", scope = "pupil", level = "info", message = "got through",
  params = { ["a\27[31m"] = integer { 1 } },
  when = function(pupil, p)
    return true
  end,
}
