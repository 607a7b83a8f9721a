-- expect: refused there is no "collectgarbage" here
return rule {
  id = "collectgarbage", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    collectgarbage("stop")
  end,
}
