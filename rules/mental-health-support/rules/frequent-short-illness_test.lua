return tests "frequent-short-illness" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "four spells" {
    given  = { ann = [[II/\/\/\/\ I\/\/\/\/\ IIII/\/\/\ II/\/\/\MM]] }, as_of = "2025-09-26",
    expect = { { subject = "ann", spells = 4, sessions = 9, first = "2025-09-01", appointments = 2 } },
  },
  case "three" { given = { ann = [[II/\/\/\/\ I\/\/\/\/\ IIII/\/\/\ (/\)*5]] }, as_of = "2025-09-26", expect = none },
  case "a long spell is not short" { given = { ann = [[II/\/\/\/\ I\/\/\/\/\ IIIII\/\/\ II/\/\/\/\]] }, as_of = "2025-09-26", expect = none },
  case "over a weekend it is one spell" { given = { ann = [[II/\/\/\/\ /\/\/\/\II II/\/\/\/\ I\/\/\/\/\]] }, as_of = "2025-09-26", expect = none },
}
