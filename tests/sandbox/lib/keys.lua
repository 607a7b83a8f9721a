-- expect: refused has a key that is a function
return { [function() end] = 1, attack = function() return true end }
