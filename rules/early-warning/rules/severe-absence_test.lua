return tests "severe-absence" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "exactly half is severe" {
    given  = { ann = "I*10(/\\)*5" },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", absent = 10, possible = 20, illness = 10 } },
  },
  case "one session less is not" {
    given  = { ann = "I*9\\(/\\)*5" },
    as_of  = "2025-09-12",
    expect = none,
  },
  case "too few sessions are not judged" {
    given  = { ann = "I*18--" },
    as_of  = "2025-09-12",
    expect = none,
  },
}
