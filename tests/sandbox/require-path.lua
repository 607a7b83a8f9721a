-- expect: refused the pack has no lib/../pack
local it = require("../pack")
return rule {
  id = "require-path", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
