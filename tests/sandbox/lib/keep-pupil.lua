-- expect: refused this table cannot be changed
local kept = {}
return { attack = function(pupil) kept[1] = pupil return kept[2] ~= nil end }
