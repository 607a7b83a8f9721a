return tests "mentor-review" {
  calendar = { from = "2025-09-01", to = "2026-02-13", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02" } },
  interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-29" } },
  case "twelve weeks" { given = { ann = [[(II/\/\/\/\)*16]] }, as_of = "2026-01-05", expect = { { subject = "ann", weeks = 12, rate_before = 0.2, start = "2025-09-29" } } },
  case "eleven"       { given = { ann = [[(II/\/\/\/\)*15]] }, as_of = "2025-12-19", expect = none },
  case "no mentor"    { given = { ann = [[(II/\/\/\/\)*16]], ben = [[(II/\/\/\/\)*16]] }, as_of = "2026-01-09", expect = { { subject = "ann" } } },
  case "where the course is over there is nothing to review" {
    calendar = { from = "2025-09-01", to = "2026-03-27", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02", "2026-02-16..2026-02-20" } },
    with     = "mentor-stop", given = { ann = [[(II/\/\/\/\)*25]] }, as_of = "2026-03-13", expect = none,
  },
}
