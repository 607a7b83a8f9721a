-- expect: refused require takes one name
local it = require("innocent", "innocent")
return rule {
  id = "require-two", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
