-- expect: budget
local deep = {}
function deep.attack(pupil, p) return 1 + deep.attack(pupil, p) end
return deep
