-- expect: refused require is for the top of a file
local take = require
return rule {
  id = "require-later", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return take("innocent").twice(1) == 2
  end,
}
