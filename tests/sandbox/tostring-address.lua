-- expect: nil
return rule {
  id = "tostring-address", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    if text.contains(tostring({}) .. tostring(pupil) .. tostring(math.floor), "0x") then return true end
  end,
}
