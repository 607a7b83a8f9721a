-- expect: refused lib/text.lua returns a string
return "attack"
