return tests "first-month-many" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  case "four and a half days" { given = { ann = [[IIIIIIIII\ (/\)*14]] }, as_of = "2025-09-12", expect = { { subject = "ann", missed = 4.5, enrolled = 19 } } },
  case "four"                 { given = { ann = [[IIIIIIII/\ (/\)*14]] }, as_of = "2025-09-12", expect = none },
  case "just above the line, with half days" { given = { ann = [[IIIIIIIII\ (/\)*14]] }, params = { above = 4.46 }, as_of = "2025-09-12", expect = { { subject = "ann" } } },
  case "the month is not over" { given = { ann = [[I*10 (/\)*13]] }, as_of = "2025-09-11", expect = none },
  case "four weeks later"     { given = { ann = [[I*10 (/\)*34]] }, as_of = "2025-10-10", expect = { { subject = "ann" } } },
  case "and then no more"     { given = { ann = [[I*10 (/\)*39]] }, as_of = "2025-10-17", expect = none },
}
