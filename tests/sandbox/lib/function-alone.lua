-- expect: refused lib/function-alone.lua returns a function
return function() return true end
