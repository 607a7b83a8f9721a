-- expect: budget instructions
while true do end
return { attack = function() return true end }
