return tests "illness-spells" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" }, half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19" } },
  case "three times" {
    given = { ann = [[II/\/\/\/\ I\/\/\/\/\ /\/\II/\/\]] }, as_of = "2025-09-19", expect = { { subject = "ann", spells = 3, sessions = 5, first = "2025-09-01", last = "2025-09-17" } },
  },
  case "twice"                { given = { ann = [[II/\/\/\/\ II/\/\/\/\ (/\)*5]] }, as_of = "2025-09-19", expect = none },
  case "a long one is one"    { given = { ann = [[/\/\/\/\II I*10 II/\/\/\II]] }, as_of = "2025-09-19", expect = none },
  case "in two half terms"    { given = { ann = [[II/\/\/\/\ II/\/\/\/\ (/\)*30 II/\/\/\/\]] }, as_of = "2025-11-07", expect = none },
}
