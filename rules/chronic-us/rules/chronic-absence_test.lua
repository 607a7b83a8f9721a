return tests "chronic-absence" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  case "one of ten days, excused" { given = { ann = [[II(/\)*9]] }, as_of = "2025-08-29", expect = { { subject = "ann", absent = 1, enrolled = 10, rate = 0.1, unexcused = 0 } } },
  case "half a day less"          { given = { ann = [[I\(/\)*9]] }, as_of = "2025-08-29", expect = none },
  case "nine days are too few to judge" { given = { ann = [[OO(/\)*8]] }, as_of = "2025-08-28", expect = none },
  case "California: more than thirty days" {
    given = { ann = [[O*8(/\)*27]], ben = [[O*8(/\)*26]] }, params = { days = 31 }, expect = { { subject = "ann", absent = 4, enrolled = 31 } },
    calendar = { from = "2025-08-18", to = "2025-09-30", closed = { "2025-09-01" } }, as_of = "2025-09-30",
  },
  case "lateness is attendance" { given = { ann = [[L\L\L\L\(/\)*6]] }, as_of = "2025-08-29", expect = none },
}
