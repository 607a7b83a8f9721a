return tests "tier-individual" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  params = { days = 10 },
  case "exactly a twentieth"           { given = { ann = [[O\(/\)*9]] }, as_of = "2025-08-29", expect = { { subject = "ann", absent = 0.5, enrolled = 10, rate = 0.05, unexcused = 0.5 } } },
  case "less than that"                { given = { ann = [[O\(/\)*19]] }, as_of = "2025-09-15", expect = none },
  case "a tenth is the next tier"      { given = { ann = [[OO(/\)*9]] }, as_of = "2025-08-29", expect = none },
  case "just under a tenth"            { given = { ann = [[OOO\(/\)*18]] }, as_of = "2025-09-15", expect = { { subject = "ann", rate = 0.075 } } },
  case "too few days to judge"         { given = { ann = [[O\(/\)*8]] }, as_of = "2025-08-28", expect = none },
  case "nineteen days, where twenty are asked for" { given = { ann = [[OO(/\)*18]], ben = [[OO(/\)*19]] }, params = { days = 20 }, as_of = "2025-09-15", expect = { { subject = "ben", enrolled = 20 } } },
}
