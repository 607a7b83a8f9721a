return tests "missing-marks" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  as_of    = "2025-09-12",
  case "two days without a mark" {
    given  = { ann = [[(/\)*8 ----]], ben = [[(/\)*10]], cat = [[(/\)*10]] },
    expect = { { subject = "ann", sessions = 4, seen = "2025-09-10" } },
  },
  case "three sessions"    { given = { ann = [[(/\)*8 /---]], ben = [[(/\)*10]], cat = [[(/\)*10]] }, expect = none },
  case "never arrived"     { given = { ann = [[]], ben = [[(/\)*10]], cat = [[(/\)*10]], dan = [[(/\)*10]], eve = [[(/\)*10]] }, expect = { { subject = "ann", sessions = 10, seen = "not this year" } } },
  case "nobody has marks: the register is not there yet" { given = { ann = [[(/\)*8 ----]], ben = [[(/\)*8 ----]] }, expect = none },
  case "a fifth of the school's marks is the edge" {
    given = { ann = [[(/\)*8 ----]], ben = [[(/\)*10]] }, expect = { { subject = "ann" } },
  },
  case "and more is the register" { given = { ann = [[(/\)*8 ----]], ben = [[(/\)*9 /-]] }, expect = none },
}
