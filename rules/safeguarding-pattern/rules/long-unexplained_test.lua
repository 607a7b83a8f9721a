return tests "long-unexplained" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "three days"      { given = { ann = [[/\/\ N*6]] }, as_of = "2025-09-05", expect = { { subject = "ann", sessions = 6, days = 3, first = "2025-09-03" } } },
  case "a session less"  { given = { ann = [[/\/\/ N*5]] }, as_of = "2025-09-05", expect = none },
  case "a reason came"   { given = { ann = [[/\/\ N*4 II]] }, as_of = "2025-09-05", expect = none },
  case "over the weekend" { given = { ann = [[/\/\/\/\NN NNNN]] }, as_of = "2025-09-09", expect = { { subject = "ann", first = "2025-09-05" } } },
}
