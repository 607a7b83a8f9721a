-- expect: refused the pack has no lib/innocent
local it = require("innocent\0.lua")
return rule {
  id = "require-nul", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
