return tests "persistent-absence" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "exactly a tenth is persistent" {
    given  = { ann = "OO(/\\)*9" },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", absent = 2, possible = 20, unauthorised = 2 } },
  },
  case "one session less is not" {
    given  = { ann = "O\\(/\\)*9" },
    as_of  = "2025-09-12",
    expect = none,
  },
  case "a rate over too few sessions is not judged" {
    given  = { ann = "O*18--" },
    as_of  = "2025-09-12",
    expect = none,
  },
  case "sessions at the other school are not possible" {
    given  = { ann = "II(/\\)*8{D}{D} /\\/\\/\\/\\/\\" },
    as_of  = "2025-09-19",
    expect = none,
  },
  case "illness counts, lateness and visits do not" {
    given  = { ann = "IIL\\VV(/\\)*7", ben = "L\\L\\VV(/\\)*7" },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", absent = 2 } },
  },
  case "severe absence is said once" {
    with   = "severe-absence",
    given  = { ann = "I*10(/\\)*5", ben = "OO(/\\)*9" },
    as_of  = "2025-09-12",
    expect = { { subject = "ben", absent = 2 } },
  },
}
