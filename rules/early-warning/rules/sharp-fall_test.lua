return tests "sharp-fall" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "never absent, then six of twenty sessions" {
    given  = { ann = "(/\\)*40 I*6/\\/\\/\\/\\/\\/\\/\\" },
    as_of  = "2025-11-14",
    expect = { { subject = "ann", absent = 6, rate = 0.3, before = 0 } },
  },
  case "a rise of exactly as much as is asked for" {
    given  = { ann = "(/\\)*40 I*6/\\/\\/\\/\\/\\/\\/\\" },
    params = { points = 0.3 },
    as_of  = "2025-11-14",
    expect = { { subject = "ann", rate = 0.3 } },
  },
  case "five sessions are a cold" {
    given  = { ann = "(/\\)*40 I*5\\/\\/\\/\\/\\/\\/\\" },
    as_of  = "2025-11-14",
    expect = none,
  },
  case "as much as before is no fall" {
    given  = { ann = "(II/\\/\\/\\/\\)*8 II/\\/\\/\\/\\ II/\\/\\/\\/\\ II/\\/\\/\\/\\" },
    as_of  = "2025-11-21",
    expect = none,
  },
  case "too little of the half term has passed" {
    given  = { ann = "(/\\)*40 I*6/\\/\\" },
    as_of  = "2025-11-07",
    expect = none,
  },
}
