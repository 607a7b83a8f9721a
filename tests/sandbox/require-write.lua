-- expect: refused this table cannot be changed
local it = require("innocent")
return rule {
  id = "require-write", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    it.twice = function() return 0 end
  end,
}
