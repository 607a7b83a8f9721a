-- expect: refused
local it = require("innocent")
return rule {
  id = "require-insert", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    table.insert(it.list, pupil.id)
  end,
}
