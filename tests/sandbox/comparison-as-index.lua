-- expect: refused a comparison stands as an index
local t = { [true] = true }
return rule {
  id = "comparison-as-index", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return t[pupil:count("absent") < 1]
  end,
}
