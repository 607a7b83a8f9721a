-- Of 100 primary pupils 8 or 9 are expected to be persistently absent; 19 or more come by chance once in 2,000 years, 18 once in 760.
local function of(enrolments, persistent)
  return { oak = { period = "2018/19", possible = 38000, authorised = 1200, unauthorised = 400, enrolments = enrolments, persistent = persistent } }
end
return tests "more-than-chance" {
  schools = { oak = { name = "Oak", phase = "State-funded primary" } },
  case "19 of 100" {
    counts = of(100, 19),
    params = { pupils = 100 },
    expect = { { subject = "oak", persistent = 19, pupils = 100, expected = 8, more = 11, unauthorised = 0.25 } },
  },
  case "18 of 100 is chance, once in 760" { counts = of(100, 18), expect = none },
  case "as many as expected"              { counts = of(100, 8), expect = none },
  case "29 pupils are too few to judge"   { counts = of(29, 29), expect = none },
  case "on marks, five of ten" {
    schools  = { school = { phase = "Primary" } },
    calendar = { from = "2025-09-01", to = "2025-10-24" },
    given    = { a = "OO(/\\)*9", b = "OO(/\\)*9", c = "OO(/\\)*9", d = "OO(/\\)*9", e = "OO(/\\)*9", f = "(/\\)*10", g = "(/\\)*10", h = "(/\\)*10", i = "(/\\)*10", j = "(/\\)*10" },
    params   = { pupils = 10 },
    as_of    = "2025-09-12",
    expect   = { { subject = "school", persistent = 5, pupils = 10, unauthorised = 1 } },
  },
  case "beyond the spread between schools, that is said instead" { with = "beyond-others", counts = of(190, 38), expect = none },
}
