-- expect: budget instructions
local function again(pupil) return again(pupil) end
return { attack = again }
