-- expect: refused this table cannot be changed
string.upper = function() return "" end
return { attack = function() return string.upper("x") == "" end }
