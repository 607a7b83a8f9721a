-- expect: refused 'ZZ' is not an attendance code
return { attack = function(pupil) return pupil:count(codes"ZZ") > 0 end }
