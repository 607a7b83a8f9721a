-- expect: refused
seen = 1
return { attack = function() return true end }
