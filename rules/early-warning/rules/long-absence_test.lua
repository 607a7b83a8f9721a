return tests "long-absence" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "ten sessions over a weekend" {
    given  = { ann = "/\\/\\/\\/\\II IIIIIIII" },
    as_of  = "2025-09-11",
    expect = { { subject = "ann", sessions = 10, days = 5, first = "2025-09-05" } },
  },
  case "nine are not enough" {
    given  = { ann = "/\\/\\/\\/\\/I IIIIIIII" },
    as_of  = "2025-09-11",
    expect = none,
  },
  case "a return ends it" {
    given  = { ann = "I*10 I*9\\" },
    as_of  = "2025-09-12",
    expect = none,
  },
  case "days at the other school do not end it" {
    given  = { ann = "I*6{D}*4 I*4{D}{D}{D}{D}{D}{D}" },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", sessions = 10 } },
  },
  case "a missing mark is not an absence" {
    given  = { ann = "I*9- I*9-", ben = "(/\\)*10" },
    as_of  = "2025-09-12",
    expect = none,
  },
}
