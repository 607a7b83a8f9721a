-- expect: refused what pairs gave outside the function is kept
local step, all = pairs { 1, 2, 3 }
return { attack = function() return step(all, nil) end }
