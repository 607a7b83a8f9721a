-- expect: refused require takes one name
local it = require { "innocent" }
return rule {
  id = "require-table", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
