-- Counts that stand just beyond the limit of each phase: 190 x 0.0825 + 3.09 x sqrt(3.61 x 190 x 0.0825 x 0.9175) = 37.9, and so on.
local function of(enrolments, persistent)
  return { oak = { period = "2018/19", possible = 38000, authorised = 1200, unauthorised = 400, enrolments = enrolments, persistent = persistent } }
end
local function phase(name) return { oak = { name = "Oak", phase = name } } end
return tests "beyond-others" {
  case "a primary school just beyond" {
    schools = phase "State-funded primary", counts = of(190, 38), params = { pupils = 190 },
    expect  = { { subject = "oak", persistent = 38, pupils = 190, rate = 0.2, unauthorised = 0.25 } },
  },
  case "one pupil less is within"    { schools = phase "State-funded primary", counts = of(190, 37), expect = none },
  case "a secondary school"          { schools = phase "State-funded secondary", counts = of(150, 68), expect = { { subject = "oak", persistent = 68 } } },
  case "a secondary school within"   { schools = phase "State-funded secondary", counts = of(150, 60), expect = none },
  case "a special school"            { schools = phase "Special", counts = of(160, 89), expect = { { subject = "oak", persistent = 89 } } },
  case "a school of no known phase"  { schools = phase "All-through", counts = of(240, 62), expect = { { subject = "oak", persistent = 62 } } },
  case "29 pupils are too few"       { schools = phase "Special", counts = of(29, 29), expect = none },
}
