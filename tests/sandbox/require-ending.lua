-- expect: refused did you mean "innocent"?
local it = require("innocent.lua")
return rule {
  id = "require-ending", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
