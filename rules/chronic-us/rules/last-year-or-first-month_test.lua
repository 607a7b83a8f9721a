-- Last year here: fifty school days from 2 June 2025 on would be too many; nine weeks of it, 45 days, from 21 April to 20 June.
return tests "last-year-or-first-month" {
  calendar = { from = "2025-04-21", to = "2025-10-31", closed = { "2025-06-21..2025-08-31" } },
  case "a tenth of last year's days" {
    given  = { ann = [[I*9(/\)*40\ (/\)*5]] }, as_of = "2025-09-05",
    expect = { { subject = "ann", why = "last year", days = 4.5, of = 45 } },
  },
  case "a session less" { given = { ann = [[I*8(/\)*41 (/\)*5]] }, as_of = "2025-09-05", expect = none },
  case "44 days of last year are too few to judge: the first month decides" {
    given = { ann = { marks = [[I*20(/\)*34 (/\)*20]], from = "2025-04-22" } }, as_of = "2025-09-26", expect = none,
  },
  case "three days in the first month, no last year" {
    given  = { ann = { marks = [[OOOOOO/\/\ (/\)*15]], from = "2025-09-01" }, ben = { marks = [[OOOOO\/\/\ (/\)*15]], from = "2025-09-01" } }, as_of = "2025-09-26",
    expect = { { subject = "ann", why = "the first month", days = 3, of = 20 } },
  },
  case "a good last year is not held against a bad month" { given = { ann = [[(/\)*45 O*6/\/\ (/\)*15]] }, as_of = "2025-09-26", expect = none },
  case "still said in the eighth week" { given = { ann = [[I*9\(/\)*40 (/\)*40]] }, as_of = "2025-10-24", expect = { { subject = "ann" } } },
  case "and no more in the ninth"      { given = { ann = [[I*9\(/\)*40 (/\)*45]] }, as_of = "2025-10-31", expect = none },
  case "the month is not over"         { given = { ann = { marks = [[O*8/\ (/\)*14]], from = "2025-09-01" } }, as_of = "2025-09-25", expect = none },
}
