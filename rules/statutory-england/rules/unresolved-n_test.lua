return tests "unresolved-n" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "five school days have passed" {
    given = { ann = [[N\/\/\/\/\ /\]] }, as_of = "2025-09-08", expect = { { subject = "ann", sessions = 1, first = "2025-09-01" } },
  },
  case "on the fourth there is time yet" { given = { ann = [[N\/\/\/\/\ /\]] }, as_of = "2025-09-05", expect = none },
  case "a newer N does not count with it" {
    given = { ann = [[NN/\/\/\/\ NN]] }, params = { sessions = 2 }, as_of = "2025-09-08", expect = { { subject = "ann", sessions = 2 } },
  },
  case "resolved" { given = { ann = [[O\/\/\/\/\ /\]], ben = [[I\/\/\/\/\ /\]] }, as_of = "2025-09-08", expect = none },
}
