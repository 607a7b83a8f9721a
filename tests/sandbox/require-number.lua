-- expect: refused require takes one name
local it = require(1)
return rule {
  id = "require-number", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
