-- expect: refused lib/window.lua:2: 'last 6 scool weeks' is not a window
return { attack = function(pupil) return pupil:count("absent", "last 6 scool weeks") > 0 end }
