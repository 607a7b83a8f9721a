-- expect: refused the pack has no lib//etc/passwd
local it = require("/etc/passwd")
return rule {
  id = "require-absolute", title = "an attack", scope = "pupil", level = "info", message = "got through",
  when = function(pupil, p)
    return it ~= nil
  end,
}
