-- expect: budget instructions
return { attack = function() while true do end end }
