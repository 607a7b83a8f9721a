return tests "medical-advice" {
  calendar = { from = "2025-09-01", to = "2026-02-13", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02" } },
  case "twenty sessions of two hundred" {
    given = { ann = [[I*8(/\)*36 I*8(/\)*36 IIII(/\)*18]] }, as_of = "2026-02-06", expect = { { subject = "ann", sessions = 20, possible = 200, rate = 0.1, spells = 3, days = 10 } },
  },
  case "nineteen"            { given = { ann = [[I*8(/\)*36 I*8(/\)*36 III\(/\)*18]] }, as_of = "2026-02-06", expect = none },
  case "ten days, and a tenth of a longer time" { given = { ann = [[I*8(/\)*36 I*8(/\)*36 IIII(/\)*19]] }, as_of = "2026-02-09", expect = none },
  case "nineteen in nine weeks are a tenth, and less than ten days" { given = { ann = [[I*19\(/\)*35]] }, as_of = "2025-11-21", expect = none },
  case "twenty of ninety"    { given = { ann = [[I*20(/\)*35]] }, as_of = "2025-11-21", expect = { { subject = "ann" } } },
  case "other absence is not illness" { given = { ann = [[I*10C*10(/\)*35]] }, as_of = "2025-11-21", expect = none },
}
