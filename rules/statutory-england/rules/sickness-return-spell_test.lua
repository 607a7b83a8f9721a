return tests "sickness-return-spell" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "fifteen days" {
    given = { ann = [[I*30]] }, as_of = "2025-09-19", expect = { { subject = "ann", sessions = 30, days = 15, first = "2025-09-01" } },
  },
  case "a session less" { given = { ann = [[/I*29]] }, as_of = "2025-09-19", expect = none },
  case "an earlier answer" { given = { ann = [[/I*29]] }, params = { sickness = 29 }, as_of = "2025-09-19", expect = { { subject = "ann", sessions = 29 } } },
  case "a holiday does not break a spell" {
    given = { ann = [[(/\)*30 I*20 I*10]] }, as_of = "2025-11-07", expect = { { subject = "ann", sessions = 30, first = "2025-10-13" } },
  },
  case "a return to school ends it, and the next spell is a new one" {
    given = { ann = [[I*30 /\/\/\/\/\ I*10]] }, as_of = "2025-10-03", expect = none,
  },
  case "other absence is no illness" { given = { ann = [[I*20 C*10]] }, as_of = "2025-09-19", expect = none },
}
