-- expect: refused the file returns a table
return { kind = "rule", id = "forged-rule", when = function() return true end }
