return tests "mentor-no-change" {
  calendar = { from = "2025-09-01", to = "2026-02-13", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02" } },
  interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-29" } },
  as_of    = "2025-11-14",
  case "as much as before" {
    given  = { ann = [[(II/\/\/\/\)*10]] }, expect = { { subject = "ann", weeks = 6, rate_before = 0.2, rate_since = 0.2, start = "2025-09-29" } },
  },
  case "five weeks are too early to say" { given = { ann = [[(II/\/\/\/\)*9]] }, as_of = "2025-11-07", expect = none },
  case "two points less is a change"     { given = { ann = [[(I\/\/\/\/\)*4 (I\/\/\/\/\)*3 I\(/\)*4 (/\)*10]] }, params = { better = 0.03 }, expect = none },
  case "exactly as much less as asked for" { given = { ann = [[(II/\/\/\/\)*4 (/\)*30]] }, params = { better = 0.20 }, expect = none },
  case "and not quite"                   { given = { ann = [[(II/\/\/\/\)*4 (/\)*30]] }, params = { better = 0.21 }, expect = { { subject = "ann", rate_since = 0 } } },
  case "in the twelfth week the review asks" { given = { ann = [[(II/\/\/\/\)*18]] }, as_of = "2026-01-16", expect = none },
  case "in the eleventh not yet"             { given = { ann = [[(II/\/\/\/\)*15]] }, as_of = "2025-12-19", expect = { { subject = "ann", weeks = 11 } } },
  case "the mentor has ended" { given = { ann = [[(II/\/\/\/\)*10]] }, interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-29", finish = "2025-11-07" } }, expect = none },
}
