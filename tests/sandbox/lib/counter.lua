-- expect: refused "n" is assigned to, and lives on after the call
local n = 0
return { attack = function() n = n + 1 return n > 1 end }
