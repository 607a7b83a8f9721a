return tests "first-week-unauthorised" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "one session" { given = { ann = [[/\O\/\/\/\]] }, as_of = "2025-09-05", expect = { { subject = "ann", unauthorised = 1, absent = 1, possible = 10 } } },
  case "illness is not" { given = { ann = [[IIII/\/\/\]] }, as_of = "2025-09-05", expect = none },
  case "two, where a school asks for two" { given = { ann = [[/\O\/\/\/\]], ben = [[/\O\U\/\/\]] }, params = { sessions = 2 }, as_of = "2025-09-05", expect = { { subject = "ben" } } },
  case "the second week is not the first" { given = { ann = [[(/\)*5 OO/\/\/\/\]] }, as_of = "2025-09-12", expect = none },
  case "six expected sessions, on Wednesday" { given = { ann = [[O\/\/\]] }, as_of = "2025-09-03", expect = { { subject = "ann", possible = 6 } } },
  case "five are too few to judge" { given = { ann = [[O\/\/-]] }, as_of = "2025-09-03", expect = none },
  case "a term that begins on a Thursday takes in the next week" {
    calendar = { from = "2025-09-04", to = "2025-10-24" }, given = { ann = [[/\/\ N\/\/\/\/\]] }, as_of = "2025-09-12",
    expect   = { { subject = "ann", unauthorised = 1, possible = 14 } },
  },
  case "in the fourth week it is still said" { given = { ann = [[O\ (/\)*19]] }, as_of = "2025-09-26", expect = { { subject = "ann" } } },
  case "and no more in the fifth" { given = { ann = [[O\ (/\)*24]] }, as_of = "2025-10-03", expect = none },
  case "who joins later has no first week of term" {
    given = { ann = { marks = [[OO/\/\/\/\]], from = "2025-09-08", start_date = "2025-09-08" }, ben = [[(/\)*10]] }, as_of = "2025-09-12", expect = none,
  },
  case "two first weeks" { given = { ann = [[(/\)*5 O\/\/\/\/\]] }, params = { weeks = 2 }, as_of = "2025-09-12", expect = { { subject = "ann", possible = 20 } } },
}
