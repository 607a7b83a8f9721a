-- expect: refused lib/runtime.lua:4: rule trial/use: attempt to index a nil value
return {
  attack = function()
    return (nil).x
  end,
}
