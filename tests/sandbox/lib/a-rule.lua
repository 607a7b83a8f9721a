-- expect: refused lib/a-rule.lua returns rule{}
return rule { id = "x", title = "x", scope = "pupil", level = "info", message = "x", when = function() return true end }
