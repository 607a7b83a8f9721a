-- expect: refused is assigned to
return rule {
  id = "global-function", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    function helper() end
  end,
}
