-- expect: refused
return rule {
  id = "to-be-closed", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local x <close> = { 1 }
    return true
  end,
}
