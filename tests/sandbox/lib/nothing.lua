-- expect: refused lib/nothing.lua returns a nil
local it = 1
