-- expect: refused there is no "load" here
local f = load("\27Lua")
return { attack = f }
