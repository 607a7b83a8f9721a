--- The gap in absence between Year 7 pupils eligible for free school meals and the others of their year is wider than usual.
-- Authority: FFT Education Datalab 2024: on transition the gap widens from 3.0 to 4.8 points. That is the national figure for pupils eligible in the last six
-- years; the column fsm is mostly eligibility now, whose gap is wider (Department for Education, autumn 2024: 10.0 against 5.2% over all
-- years). A group of ten on each side is our choice: below that, two pupils can make the gap.
return rule {
  id     = "year-7-gap",
  title  = "Year 7: a wide gap for disadvantaged pupils",
  scope  = "group",
  by     = "year_group",
  level  = "info",
  params = {
    points   = rate { 0.048, min = 0.01, max = 0.5, doc = "difference of the absence rates" },
    pupils   = integer { 10, min = 3, max = 100, doc = "pupils on roll on each side, at least" },
    over     = window { "this term", doc = "where the rates are taken" },
    possible = integer { 1000, min = 100, max = 20000, doc = "possible sessions of the year group in it, at least" },
  },
  when   = function(group, p)
    if tostring(group.id) ~= tostring(p.year) then return end
    local with, without = group:pupils { fsm = true }, group:pupils { fsm = false }
    if with < p.pupils or without < p.pupils or group:count("possible", p.over) < p.possible then return end
    local gap = group:gap("fsm", p.over)
    if gap and gap >= p.points then return { points = gap * 100, eligible = with, others = without, rate = group:rate("absent", p.over) } end
  end,
  message = "absence of the {eligible} eligible pupils is {points:1} points above that of the other {others}",
  plan    = "year-team",
}
