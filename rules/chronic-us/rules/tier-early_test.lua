return tests "tier-early" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  params = { days = 10 },
  case "exactly a tenth"           { given = { ann = [[OI(/\)*9]] }, as_of = "2025-08-29", expect = { { subject = "ann", absent = 1, unexcused = 0.5, rate = 0.1 } } },
  case "less than that"            { given = { ann = [[O\(/\)*9]] }, as_of = "2025-08-29", expect = none },
  case "a fifth is the next tier"  { given = { ann = [[OOOO(/\)*8]] }, as_of = "2025-08-29", expect = none },
  case "too few days to judge"     { given = { ann = [[OO(/\)*8]] }, as_of = "2025-08-28", expect = none },
  case "nineteen days, where twenty are asked for" { given = { ann = [[OOOO(/\)*17]], ben = [[OOOO(/\)*18]] }, params = { days = 20 }, as_of = "2025-09-15", expect = { { subject = "ben", enrolled = 20 } } },
}
