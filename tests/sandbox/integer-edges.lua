-- expect: nil
return rule {
  id = "integer-edges", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    local t = { math.mininteger // -1, math.mininteger % -1, math.maxinteger + 1 }
    local s = ("abc"):sub(math.mininteger, math.maxinteger)
    for i = math.maxinteger - 1, math.maxinteger do t[i] = i end
    if s ~= "abc" then return true end
  end,
}
