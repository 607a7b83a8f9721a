-- expect: refused this table cannot be changed
local innocent = require "innocent"
innocent.list[1] = 7
return { attack = function() return innocent.list[1] == 7 end }
