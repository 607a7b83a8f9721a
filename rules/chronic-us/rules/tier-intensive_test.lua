return tests "tier-intensive" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  params = { days = 10 },
  case "exactly a fifth"        { given = { ann = [[IIII(/\)*8]] }, as_of = "2025-08-29", expect = { { subject = "ann", absent = 2, enrolled = 10, rate = 0.2, unexcused = 0 } } },
  case "half a day less"        { given = { ann = [[III\(/\)*8]] }, as_of = "2025-08-29", expect = none },
  case "too few days to judge"  { given = { ann = [[O*18]] }, as_of = "2025-08-28", expect = none },
  case "nineteen days, where twenty are asked for" { given = { ann = [[O*8(/\)*15]], ben = [[O*8(/\)*16]] }, params = { days = 20 }, as_of = "2025-09-15", expect = { { subject = "ben", enrolled = 20 } } },
}
