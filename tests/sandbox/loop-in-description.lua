-- expect: budget instructions
while true do end
return rule {}
