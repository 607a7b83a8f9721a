return tests "late-back" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" },
               half_terms = { HT1 = "2025-09-01..2025-10-24", HT2 = "2025-11-03..2025-12-19" } },
  case "the first day after half term" {
    given  = { ann = [[(/\)*40 GG/\/\/\/\]] }, as_of = "2025-11-07",
    expect = { { subject = "ann", sessions = 2, first = "2025-11-03", before = 0, unauthorised = 2 } },
  },
  case "and the last days before it" {
    given = { ann = [[(/\)*38 GGGG GGGG/\/\/\]] }, as_of = "2025-11-07", expect = { { subject = "ann", sessions = 4, before = 4, first = "2025-11-03", last = "2025-11-04" } },
  },
  case "a morning"           { given = { ann = [[(/\)*40 G\/\/\/\/\]] }, as_of = "2025-11-07", expect = none },
  case "the second day"      { given = { ann = [[(/\)*40 /\GG/\/\/\]] }, as_of = "2025-11-07", expect = none },
  case "in at first, then away" { given = { ann = [[(/\)*40 /GGG/\/\/\]] }, as_of = "2025-11-07", expect = none },
  case "ill"                 { given = { ann = [[(/\)*40 IIII/\/\/\]] }, as_of = "2025-11-07", expect = none },
  case "ill, where a school wants to know" { given = { ann = [[(/\)*40 IIII/\/\/\]] }, params = { illness = true }, as_of = "2025-11-07", expect = { { subject = "ann", illness = 4, unauthorised = 0 } } },
  case "three weeks later it is still said" { given = { ann = [[(/\)*40 NN (/\)*19]] }, as_of = "2025-11-28", expect = { { subject = "ann" } } },
  case "and then no more"    { given = { ann = [[(/\)*40 NN (/\)*24]] }, as_of = "2025-12-05", expect = none },
}
