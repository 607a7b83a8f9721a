return tests "every-start" {
  calendar = { from = "2025-09-01", to = "2026-02-13", closed = { "2025-10-27..2025-10-31", "2025-12-22..2026-01-02" },
               half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19", HT3 = "2026-01-05..2026-02-13" } },
  case "three of three" {
    given  = { ann = [[II(/\)*39 OO(/\)*34 GGGG/\/\/\]] }, as_of = "2026-01-09",
    expect = { { subject = "ann", starts = 3, of = 3, missed = 8 } },
  },
  case "two of three" { given = { ann = [[II(/\)*39 (/\)*35 GGGG/\/\/\]] }, as_of = "2026-01-09", expect = { { subject = "ann", starts = 2, of = 3 } } },
  case "one of three" { given = { ann = [[(/\)*40 (/\)*35 GGGG/\/\/\]] }, as_of = "2026-01-09", expect = none },
  case "half a day is no start missed" { given = { ann = [[I\(/\)*39 O\(/\)*34 GGGG/\/\/\]] }, as_of = "2026-01-09", expect = none },
  case "later weeks do not count" { given = { ann = [[(/\)*5 I*10 (/\)*30 (/\)*5 I*10 (/\)*25 (/\)*5]] }, as_of = "2026-01-09", expect = none },
}
