return tests "monday-friday" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "four Fridays" {
    given  = { ann = "(/\\/\\/\\/\\OO)*4" },
    as_of  = "2025-09-26",
    expect = { { subject = "ann", sessions = 8, absent = 8, share = 1 } },
  },
  case "seven sessions are not enough" {
    given  = { ann = "(/\\/\\/\\/\\OO)*3 /\\/\\/\\/\\/O" },
    as_of  = "2025-09-26",
    expect = none,
  },
  case "as many on other days" {
    given  = { ann = "(OO/\\/\\OO/\\)*4" },
    as_of  = "2025-09-26",
    expect = none,
  },
  case "eight of ten" {
    given  = { ann = "IIOO/\\/\\/\\ OO/\\/\\/\\II OO/\\/\\/\\/\\" },
    as_of  = "2025-09-19",
    expect = { { subject = "ann", sessions = 8, absent = 10 } },
  },
  case "exactly three quarters" {
    given  = { ann = "OO/\\/\\/\\OO OO/\\/\\/\\OO O\\/\\/\\/\\/\\ /\\OOO\\/\\/\\" },
    as_of  = "2025-09-26",
    expect = { { subject = "ann", sessions = 9, absent = 12, share = 0.75 } },
  },
  case "three quarters of rates that have no end in binary" {
    given  = { ann = "OO/\\/OOOOO (O\\/\\/\\/\\O\\)*2 O\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\" },
    as_of  = "2025-10-03",
    expect = { { subject = "ann", sessions = 9, absent = 12 } },
  },
}
