-- expect: refused
return rule { id = 
