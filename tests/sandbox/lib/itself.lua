-- expect: refused requires itself
local me = require "itself"
return { attack = function() return me ~= nil end }
