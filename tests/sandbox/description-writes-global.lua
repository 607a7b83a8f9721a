-- expect: refused
seen = 1
return rule {}
