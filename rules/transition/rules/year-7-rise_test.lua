return tests "year-7-rise" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" }, half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19" } },
  case "never absent, then four days of six weeks" {
    given  = { ann = { marks = [[(/\)*40 IIIIOOOO(/\)*26]], year_group = 7 } }, as_of = "2025-12-12",
    expect = { { subject = "ann", absent = 8, first = 0 } },
  },
  case "seven sessions" { given = { ann = { marks = [[(/\)*40 IIIIOOO\(/\)*6]], year_group = 7 } }, as_of = "2025-11-14", expect = none },
  case "a rise of exactly eight points" {
    given = { ann = { marks = [[(/\)*40 IIOO(/\)*23]], year_group = 7 } }, params = { sessions = 4 }, as_of = "2025-12-05", expect = { { subject = "ann", rate = 0.08 } },
  },
  case "and a session less"      { given = { ann = { marks = [[(/\)*40 IIO\(/\)*23]], year_group = 7 } }, params = { sessions = 3 }, as_of = "2025-12-05", expect = none },
  case "as much as in the first half term" { given = { ann = { marks = [[(OO/\/\/\/\)*8 (OO/\/\/\/\)*5]], year_group = 7 } }, as_of = "2025-12-05", expect = none },
  case "another year"            { given = { ann = { marks = [[(/\)*40 I*5O*3(/\)*21]], year_group = 8 } }, as_of = "2025-12-05", expect = none },
  case "two weeks of it are the least" { given = { ann = { marks = [[(/\)*40 I*8(/\)*6]], year_group = 7 } }, as_of = "2025-11-14", expect = { { subject = "ann", absent = 8 } } },
  case "19 sessions are too few" { given = { ann = { marks = [[(/\)*40 I*8(/\)*5/]], year_group = 7 } }, as_of = "2025-11-14", expect = none },
  case "a middle school"         { given = { ann = { marks = [[(/\)*40 I*5O*3(/\)*21]], year_group = 5 } }, params = { year = 5 }, as_of = "2025-12-05", expect = { { subject = "ann" } } },
}
