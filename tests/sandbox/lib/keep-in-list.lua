-- expect: refused
local kept = {}
return { attack = function(pupil) table.insert(kept, pupil.id) return #kept > 1 end }
