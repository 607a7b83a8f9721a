-- expect: refused this table cannot be changed
local it = require("innocent")
it.twice = function() return 0 end
return rule {
  id = "require-write-early", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it.twice(1) == 0
  end,
}
