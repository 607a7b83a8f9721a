-- expect: refused
local it = require("innocent")
return rule {
  id = "require-environment", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it._ENV or it._G
  end,
}
