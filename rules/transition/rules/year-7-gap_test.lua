-- Three eligible pupils who missed sessions, three who missed none, over ten days: 60 possible sessions on each side.
local function year(group, marks)
  local pupils = {}
  for i = 1, 3 do
    pupils["eligible " .. i] = { marks = marks, year_group = group, fsm = true }
    pupils["other " .. i] = { marks = [[(/\)*10]], year_group = group, fsm = false }
  end
  return pupils
end

return tests "year-7-gap" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  params   = { pupils = 3, possible = 120 },
  as_of    = "2025-09-12",
  case "ten points" {
    given = year(7, [[OO(/\)*9]]), expect = { { subject = "7", eligible = 3, others = 3, points = 10, rate = 0.05 } },
  },
  case "exactly as many as asked for" { given = year(7, [[OO(/\)*9]]), params = { points = 0.1, pupils = 3, possible = 120 }, expect = { { subject = "7" } } },
  case "no gap"                       { given = year(7, [[(/\)*10]]), expect = none },
  case "a gap the other way"          { given = year(7, [[D*20]]), expect = none },
  case "Year 8 is another matter"     { given = year(8, [[OO(/\)*9]]), expect = none },
  case "three pupils, where four are asked for" { given = year(7, [[OO(/\)*9]]), params = { pupils = 4, possible = 120 }, expect = none },
  case "a session short of what is asked for"   { given = year(7, [[OO(/\)*8/-]]), expect = none },
}
