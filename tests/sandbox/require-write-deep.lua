-- expect: refused this table cannot be changed
local it = require("innocent")
return rule {
  id = "require-write-deep", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    it.list[1] = pupil.id
  end,
}
