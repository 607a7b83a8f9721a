-- Six school weeks of ten sessions each: 60 possible. A year of 380 leaves 320.
return tests "on-course" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "below a tenth so far, above it lately" {
    given  = { ann = "(/\\)*15 /\\/\\/\\/\\/\\ I*6/\\/\\" },
    params = { recent = "last 2 school weeks" },
    as_of  = "2025-10-10",
    expect = none,
  },
  case "the last two weeks make a tenth of the year" {
    given  = { ann = "(/\\)*20 I*3\\/\\/\\/\\ I*3\\/\\/\\/\\" },
    params = { recent = "last 2 school weeks", possible = 60 },
    as_of  = "2025-10-10",
    expect = none,
  },
  case "two thirds attended lately, over six weeks a tenth is not reached yet" {
    given  = { ann = "(/\\)*25 I*6/\\/\\/\\/\\/\\/\\/\\" },
    params = { recent = "last 2 school weeks", possible = 70 },
    as_of  = "2025-10-17",
    expect = { { subject = "ann", absent = 6, possible = 70 } },
  },
  case "already persistent is another rule's" {
    given  = { ann = "I*8(/\\)*31" },
    as_of  = "2025-10-24",
    expect = none,
  },
  case "steady attendance" {
    given  = { ann = "(/\\)*40" },
    as_of  = "2025-10-24",
    expect = none,
  },
}
