return tests "long-illness" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "ten days, five of them at a stretch" {
    given  = { ann = [[I*10 (/\)*5 IIII/\/\/\ IIII/\/\/\ II/\/\/\/\]] }, as_of = "2025-10-03",
    expect = { { subject = "ann", sessions = 20, days = 10, longest = 5, first = "2025-09-01", away = false } },
  },
  case "a session less" { given = { ann = [[I*10 (/\)*5 IIII/\/\/\ IIII/\/\/\ I\/\/\/\/\]] }, as_of = "2025-10-03", expect = none },
  case "never a week at a stretch" { given = { ann = [[I*9\ I*9\ II/\/\/\/\]] }, as_of = "2025-09-19", expect = none },
  case "still away" { given = { ann = [[I*20]] }, as_of = "2025-09-12", expect = { { subject = "ann", longest = 10, away = true } } },
  case "other absence is no illness" { given = { ann = [[I*10 O*10]] }, as_of = "2025-09-12", expect = none },
  case "more than twelve school weeks ago" { given = { ann = [[I*20 (/\)*60]] }, as_of = "2025-12-19", expect = none,
    calendar = { from = "2025-09-01", to = "2025-12-19" } },
}
