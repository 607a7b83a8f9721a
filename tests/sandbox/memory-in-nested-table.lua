-- expect: refused cannot be changed
local seen = { list = {} }
return rule {
  id = "memory-in-nested-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    seen.list[#seen.list + 1] = pupil.id
  end,
}
