-- expect: refused the pack has no lib/string
local it = require("string")
return rule {
  id = "require-library", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
