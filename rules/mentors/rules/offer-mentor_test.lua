return tests "offer-mentor" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  as_of    = "2025-10-10",
  case "a tenth of six weeks" {
    given  = { ann = { marks = [[O*6(/\)*27]], year_group = 8 } },
    expect = { { subject = "ann", absent = 6, possible = 60, rate = 0.1, place = 1, places = 20 } },
  },
  case "less"            { given = { ann = { marks = [[O*5\(/\)*27]], year_group = 8 } }, expect = none },
  case "a half is more than a mentor can carry alone" { given = { ann = { marks = [[O*30(/\)*15]], year_group = 8 } }, expect = none },
  case "one session less is not" { given = { ann = { marks = [[O*29\(/\)*15]], year_group = 8 } }, params = { below = 0.49 }, expect = { { subject = "ann", absent = 29 } } },
  case "59 sessions"     { given = { ann = { marks = [[O*20(/\)*19/-]], year_group = 8 } }, expect = none },
  case "one place, and a severely absent pupil does not take it" {
    given  = { ann = { marks = [[O*6(/\)*27]], year_group = 8 }, ben = { marks = [[O*8(/\)*26]], year_group = 8 }, cat = { marks = [[O*40(/\)*10]], year_group = 8 } },
    params = { places = 1 }, expect = { { subject = "ben", place = 1 } },
  },
  case "two places" {
    given  = { ann = { marks = [[O*6(/\)*27]], year_group = 8 }, ben = { marks = [[O*8(/\)*26]], year_group = 8 } },
    params = { places = 2 }, expect = { { subject = "ann", place = 2 }, { subject = "ben", place = 1 } },
  },
  case "year 4"          { given = { ann = { marks = [[O*8(/\)*26]], year_group = 4 }, ben = { marks = [[O*8(/\)*26]], year_group = 5 }, cat = [[O*8(/\)*26]] }, expect = { { subject = "ben" }, { subject = "cat" } } },
  case "has one"         { given = { ann = [[O*8(/\)*26]] }, interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-08" } }, expect = none },
  case "had one that ended a week ago" { given = { ann = [[O*8(/\)*26]] }, interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-08", finish = "2025-10-03" } }, expect = none },
  case "two school weeks after it, where a school waits for one" {
    given = { ann = [[O*8(/\)*26]] }, interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-08", finish = "2025-10-03" } }, params = { again = 1 },
    expect = { { subject = "ann", last = "2025-09-08" } },
  },
}
