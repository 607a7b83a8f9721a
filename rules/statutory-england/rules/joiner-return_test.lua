return tests "joiner-return" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "joins in October" {
    given  = { ann = { marks = [[(/\)*5]], from = "2025-10-06", start_date = "2025-10-06" }, ben = [[(/\)*30]] },
    as_of  = "2025-10-10",
    expect = { { subject = "ann", start = "2025-10-06" } },
  },
  case "a week later it is done or late" {
    given = { ann = { marks = [[(/\)*10]], from = "2025-10-06", start_date = "2025-10-06" }, ben = [[(/\)*30]] }, as_of = "2025-10-13", expect = none,
  },
  case "the seventh day" {
    given = { ann = { marks = [[(/\)*10]], from = "2025-10-06", start_date = "2025-10-06" }, ben = [[(/\)*30]] }, as_of = "2025-10-12",
    expect = { { subject = "ann" } },
  },
  case "the September intake" {
    given = { ann = { marks = [[(/\)*3]], from = "2025-09-03", start_date = "2025-09-03" }, ben = [[(/\)*5]] }, as_of = "2025-09-05", expect = none,
  },
  case "the week after is no intake" {
    given = { ann = { marks = [[(/\)*3]], from = "2025-09-08", start_date = "2025-09-08" }, ben = [[(/\)*10]] }, as_of = "2025-09-10",
    expect = { { subject = "ann" } },
  },
  case "no date, no question" { given = { ann = [[(/\)*5]] }, as_of = "2025-09-05", expect = none },
}
