return tests "first-month" {
  calendar = { from = "2025-08-18", to = "2025-12-19", closed = { "2025-09-01" } },
  case "two days"            { given = { ann = [[OO/\OO/\/\ (/\)*14]] }, as_of = "2025-09-12", expect = { { subject = "ann", missed = 2, enrolled = 19 } } },
  case "a day and a half"    { given = { ann = [[OO/\O\/\/\ (/\)*14]] }, as_of = "2025-09-12", expect = none },
  case "four days"           { given = { ann = [[IIII/\IIII (/\)*14]] }, as_of = "2025-09-12", expect = { { subject = "ann", missed = 4 } } },
  case "four and a half"     { given = { ann = [[IIIIIIIII\ (/\)*14]] }, as_of = "2025-09-12", expect = none },
  case "the month is not over"   { given = { ann = [[OOOO/\/\/\ (/\)*13]] }, as_of = "2025-09-11", expect = none },
  case "later days are not in it" { given = { ann = [[(/\)*19 OOOO/\/\/\]] }, as_of = "2025-09-19", expect = none },
  case "four weeks later it is still said" { given = { ann = [[OOOO/\/\/\ (/\)*34]] }, as_of = "2025-10-10", expect = { { subject = "ann" } } },
  case "and then no more"    { given = { ann = [[OOOO/\/\/\ (/\)*39]] }, as_of = "2025-10-17", expect = none },
  case "who joins in September has a month of their own" {
    given = { ann = [[(/\)*39]], ben = { marks = [[OO/\/\/\OO /\/\/\ (/\)*12]], from = "2025-09-15", start_date = "2025-09-15" } }, as_of = "2025-10-10",
    expect = { { subject = "ben", missed = 2, enrolled = 20 } },
  },
  case "more than four days are said once, also where a school says up to six here" {
    with = "first-month-many", given = { ann = [[I*10 (/\)*14]], ben = [[IIII (/\)*17]] }, params = { to = 6 }, as_of = "2025-09-12", expect = { { subject = "ben", missed = 2 } },
  },
}
