-- expect: refused "seen" is assigned to
return { attack = function(pupil) seen = pupil return true end }
