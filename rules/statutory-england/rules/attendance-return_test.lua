return tests "attendance-return" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "ten days in a row" {
    given  = { ann = [[GGNNOOOOOO O*10]] },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", sessions = 20, days = 10, first = "2025-09-01", last = "2025-09-12" } },
  },
  case "nine" { given = { ann = [[/\OOOOOOOO O*10]] }, as_of = "2025-09-12", expect = none },
  case "ten days, the first from noon: not ten whole days" { given = { ann = [[/OOOOOOOOO O*10]] }, as_of = "2025-09-12", expect = none },
  case "but ten days touched" {
    given = { ann = [[/OOOOOOOOO O*10]] }, params = { reading = "touched" }, as_of = "2025-09-12", expect = { { subject = "ann", sessions = 19, days = 10 } },
  },
  case "illness in the middle breaks it" { given = { ann = [[O*10 OOOOII OOOO O*10]] }, as_of = "2025-09-19", expect = none },
  case "in pieces, where the authority asks for the total" {
    given  = { ann = [[O*10 (/\)*5 O*10]], ben = [[O*9\ (/\)*5 O*10]] },
    params = { reading = "total" },
    as_of  = "2025-09-19",
    expect = { { subject = "ann", sessions = 20, days = 10, first = "2025-09-01" } },
  },
  case "back in school: in the return of that month" {
    given = { ann = [[O*20 (/\)*20]] }, as_of = "2025-10-10", expect = { { subject = "ann", last = "2025-09-12" } },
  },
  case "31 days after the last of it: still" { given = { ann = [[O*20 (/\)*25]] }, as_of = "2025-10-12", expect = { { subject = "ann", last = "2025-09-12" } } },
  case "and then no more" { given = { ann = [[O*20 (/\)*25]] }, as_of = "2025-10-13", expect = none },
  case "reception and nursery, with no date of birth" {
    given  = { ann = { marks = [[O*20]], year_group = 0 }, ben = { marks = [[O*20]], year_group = 1 }, cat = { marks = [[O*20]], year_group = "R" },
               dan = { marks = [[O*20]], year_group = "N2" }, eve = { marks = [[O*20]], year_group = "10" } },
    as_of  = "2025-09-12",
    expect = { { subject = "ben" }, { subject = "eve" } },
  },
}
