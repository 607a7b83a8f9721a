return tests "penalty-approaching" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "five" {
    given = { ann = [[/\/\/ UONNG]] }, as_of = "2025-09-05", expect = { { subject = "ann", sessions = 5, unexplained = 2 } },
  },
  case "four are not" { given = { ann = [[/\/\/\ UONG]] }, as_of = "2025-09-05", expect = none },
  case "illness is not counted" { given = { ann = [[/\/ I*7]] }, as_of = "2025-09-05", expect = none },
  case "at the threshold itself, that is said instead" {
    with = "penalty-threshold", given = { ann = [[GGGGNNNOOU]], ben = [[/\/\/ UONNG]] }, as_of = "2025-09-05", expect = { { subject = "ben", sessions = 5 } },
  },
}
