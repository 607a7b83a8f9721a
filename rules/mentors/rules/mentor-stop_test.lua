return tests "mentor-stop" {
  calendar = { from = "2025-09-01", to = "2026-03-27", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02", "2026-02-16..2026-02-20" } },
  interventions = { { pupil = "ann", kind = "mentor", start = "2025-09-29" } },
  case "twelve weeks, and nothing missed in the last six" {
    given = { ann = [[(II/\/\/\/\)*4 (/\)*60]] }, as_of = "2026-01-09", expect = { { subject = "ann", why = "attendance is well", weeks = 12, recent = 0, rate_before = 0.2 } },
  },
  case "eleven weeks" { given = { ann = [[(II/\/\/\/\)*4 (/\)*55]] }, as_of = "2025-12-19", expect = none },
  case "a twentieth of the last six weeks is not well enough" { given = { ann = [[(II/\/\/\/\)*4 (/\)*30 III\(/\)*28]] }, as_of = "2026-01-09", expect = none },
  case "missed just before them" { given = { ann = [[(II/\/\/\/\)*4 (/\)*28 IIII (/\)*30]] }, as_of = "2026-01-09", expect = { { subject = "ann", recent = 0 } } },
  case "twenty weeks" { given = { ann = [[(II/\/\/\/\)*25]] }, as_of = "2026-03-13", expect = { { subject = "ann", why = "the course is over", weeks = 20 } } },
  case "nineteen"     { given = { ann = [[(II/\/\/\/\)*24]] }, as_of = "2026-03-06", expect = none },
}
