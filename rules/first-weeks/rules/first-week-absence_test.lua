return tests "first-week-absence" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "a day of illness" { given = { ann = [[/\II/\/\/\]] }, as_of = "2025-09-05", expect = { { subject = "ann", absent = 2, possible = 10 } } },
  case "half a day"       { given = { ann = [[/\I\/\/\/\]] }, as_of = "2025-09-05", expect = none },
  case "too few sessions" { given = { ann = [[IIII-]] }, as_of = "2025-09-03", expect = none },
  case "the spring term has a first week of its own" {
    calendar = { from = "2025-09-01", to = "2026-01-30", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-04" },
                 half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19", HT3 = "2026-01-05..2026-02-13" } },
    given    = { ann = { marks = [[CC/\/\/\/\]], from = "2026-01-05" }, ben = [[(/\)*5]] }, as_of = "2026-01-09", expect = { { subject = "ann", absent = 2 } },
  },
  case "half term is no new term" { given = { ann = [[(/\)*40 II/\/\/\/\]] }, as_of = "2025-11-07", expect = none,
    calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" }, half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19" } } },
  case "four weeks later" { given = { ann = [[II (/\)*24]] }, as_of = "2025-10-03", expect = none },
  case "unauthorised absence says it better" {
    with = "first-week-unauthorised", given = { ann = [[/\OO/\/\/\]], ben = [[/\II/\/\/\]] }, as_of = "2025-09-05", expect = { { subject = "ben", absent = 2 } },
  },
}
