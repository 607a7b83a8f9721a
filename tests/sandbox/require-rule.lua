-- expect: refused the pack has no lib/rules/require-rule
local it = require("rules/require-rule")
return rule {
  id = "require-rule", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
