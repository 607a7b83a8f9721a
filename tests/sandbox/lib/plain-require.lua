-- expect: refused there is no "require" here
return { attack = function() return require "innocent" ~= nil end }
