-- expect: refused _ENV is not for scripts
return { attack = function() return _ENV end }
