return tests "year-6-history" {
  calendar = { from = "2025-01-06", to = "2025-12-19", closed = { "2025-07-22..2025-08-31", "2025-10-27..2025-10-31" } },
  case "the primary school said so" {
    given  = { ann = { marks = [[(/\)*5]], from = "2025-09-01", year_group = 7, attr = { year6_absence = 0.1 } }, ben = { marks = [[(/\)*5]], from = "2025-09-01", year_group = 7, attr = { year6_absence = 0.09 } } },
    as_of  = "2025-09-05", expect = { { subject = "ann", year6 = 0.1, now = 0 } },
  },
  case "last year's marks, in a school that has both" {
    given  = { ann = { marks = [[I*30(/\)*126 (/\)*5]], year_group = 7 } }, as_of = "2025-09-05", expect = { { subject = "ann", now = 0 } },
  },
  case "as many of them as asked for" { given = { ann = { marks = [[I*30(/\)*126 (/\)*5]], year_group = 7 } }, params = { possible = 282 }, as_of = "2025-09-05", expect = { { subject = "ann" } } },
  case "fewer than that"              { given = { ann = { marks = [[I*30(/\)*126 (/\)*5]], year_group = 7 } }, params = { possible = 283 }, as_of = "2025-09-05", expect = none },
  case "nothing is known"                { given = { ann = { marks = [[(/\)*5]], from = "2025-09-01", year_group = 7 } }, as_of = "2025-09-05", expect = none },
  case "Year 8"                          { given = { ann = { marks = [[(/\)*5]], from = "2025-09-01", year_group = 8, attr = { year6_absence = 0.3 } } }, as_of = "2025-09-05", expect = none },
  case "fifteen weeks in"                { given = { ann = { marks = [[(/\)*75]], from = "2025-09-01", year_group = 7, attr = { year6_absence = 0.3 } } }, as_of = "2025-12-19", expect = { { subject = "ann" } } },
  case "a week too late"                 { given = { ann = { marks = [[(/\)*75]], from = "2025-09-01", year_group = 7, attr = { year6_absence = 0.3 } } }, params = { weeks = 14 }, as_of = "2025-12-19", expect = none },
}
