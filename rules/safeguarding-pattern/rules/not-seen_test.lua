return tests "not-seen" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "ten days, ill" {
    given  = { ann = [[(/\)*5 I*20]] }, as_of = "2025-09-19",
    expect = { { subject = "ann", seen = "2025-09-05", absent = 20, illness = 20, unexplained = 0, missing = 0 } },
  },
  case "nine days"            { given = { ann = [[(/\)*6 I*18]] }, as_of = "2025-09-19", expect = none },
  case "a morning in between" { given = { ann = [[(/\)*5 I*10 /I*9]] }, as_of = "2025-09-19", expect = none },
  case "absent or without a mark, together" { given = { ann = [[(/\)*5 O*10 -*10]], ben = [[(/\)*15]] }, as_of = "2025-09-19", expect = { { subject = "ann", missing = 10, absent = 10 } } },
  case "at the other school"  { given = { ann = [[(/\)*5 D*20]] }, as_of = "2025-09-19", expect = none },
  case "there for half of it, and absent for the other" { given = { ann = [[(/\)*5 D*10 O*10]] }, as_of = "2025-09-19", expect = { { subject = "ann", absent = 10 } } },
  case "and a session less"   { given = { ann = [[(/\)*5 D*11 O*9]] }, as_of = "2025-09-19", expect = none },
  case "on a trip"            { given = { ann = [[(/\)*5 V*20]] }, as_of = "2025-09-19", expect = none },
  case "half term is no time not seen" { given = { ann = [[(/\)*31 I*18]] }, as_of = "2025-10-31", expect = none },
}
