-- expect: refused require is for the top of a file
local take = require
return { attack = function() return take "innocent" ~= nil end }
