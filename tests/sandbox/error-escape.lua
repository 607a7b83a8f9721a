-- expect: refused a?[31mred??muster
return rule {
  id = "error-escape", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    error("a\27[31mred\r\nmuster: nothing is wrong %s%n")
  end,
}
