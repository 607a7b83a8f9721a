-- expect: refused the file returns a nil
local x = 1
