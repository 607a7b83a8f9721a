-- expect: refused "n" is assigned to, and lives on after the call
local function hide()
  local n = 0
  return function() n = n + 1 return n end
end
local count = hide()
return { inner = { attack = count }, attack = function() return count() > 1 end }
