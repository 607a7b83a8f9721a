-- expect: refused lib/misspelt.lua:4: there is no "tabel" here
return {
  attack = function()
    return tabel.concat { "x" }
  end,
}
