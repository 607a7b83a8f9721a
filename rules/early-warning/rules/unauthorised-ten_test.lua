return tests "unauthorised-ten" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "ten in any mix" {
    given  = { ann = "GGGGNNNOOU" },
    as_of  = "2025-09-05",
    expect = { { subject = "ann", sessions = 10, holiday = 4, unexplained = 3 } },
  },
  case "nine are not enough" {
    given  = { ann = "GGGGNNNOO\\" },
    as_of  = "2025-09-05",
    expect = none,
  },
  case "authorised absence does not count" {
    given  = { ann = "I*10 M*4 {C2}*6" },
    as_of  = "2025-09-12",
    expect = none,
  },
  case "a week of holiday is not a school week" {
    given  = { ann = "O*5\\/\\/\\ (/\\)*35 (/\\)*5 O*5\\/\\/\\" },
    as_of  = "2025-11-14",
    expect = { { subject = "ann", sessions = 10 } },
  },
  case "the eleventh week back is out" {
    given  = { ann = "O*5\\/\\/\\ (/\\)*40 (/\\)*5 O*5\\/\\/\\" },
    as_of  = "2025-11-21",
    expect = none,
  },
}
