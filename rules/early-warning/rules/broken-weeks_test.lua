return tests "broken-weeks" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "two broken weeks are reported" {
    given  = { ann = "/\\/\\II/\\/\\  /\\/\\/\\/\\/\\  OO/\\/\\/\\/\\" },
    as_of  = "2025-09-19",
    expect = { { subject = "ann", weeks = 2, first = "2025-09-01" } },
  },
  case "one is not" {
    given  = { ann = "/\\/\\II/\\/\\/\\ (/\\)*10" },
    as_of  = "2025-09-19",
    expect = none,
  },
  case "a whole week away is not broken" {
    given  = { ann = "I*10 I*10 /\\/\\/\\/\\/\\" },
    as_of  = "2025-09-19",
    expect = none,
  },
  case "one afternoon is enough" {
    given  = { ann = "/\\/\\/\\/\\/O /\\/\\/\\/\\/O" },
    as_of  = "2025-09-12",
    expect = { { subject = "ann", weeks = 2 } },
  },
  case "a school that asks for three" {
    given  = { ann = "/\\/\\/\\/\\/O /\\/\\/\\/\\/O", ben = "/\\/\\/\\/\\/O /\\/\\/\\/\\/O /\\/\\/\\/\\/O" },
    params = { weeks = 3 },
    as_of  = "2025-09-19",
    expect = { { subject = "ben", weeks = 3 } },
  },
}
