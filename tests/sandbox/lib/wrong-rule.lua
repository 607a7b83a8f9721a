-- expect: refused lib/wrong-rule.lua:2: rule does not know "titel"
return rule { id = "x", titel = "x", scope = "pupil", level = "info", message = "x", when = function() return true end }
