-- expect: budget
local all = {}
for i = 1, 1e9 do all[i] = string.rep("x", 1e6) .. i end
return { attack = function() return true end }
