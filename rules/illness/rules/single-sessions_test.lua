return tests "single-sessions" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "four"  { given = { ann = [[I\/I/\M\/\ I\/\/\/\/\]] }, as_of = "2025-09-12", expect = { { subject = "ann", times = 4, first = "2025-09-01", appointments = 1 } } },
  case "three" { given = { ann = [[I\/I/\M\/\ (/\)*5]] }, as_of = "2025-09-12", expect = none },
  case "whole days are another matter" { given = { ann = [[II/\II/\II II/\II/\/\]] }, as_of = "2025-09-12", expect = none },
  case "an appointment on a day of illness is one spell of two" { given = { ann = [[IM/I/\M\/\ I\/\/\/\/\]] }, as_of = "2025-09-12", expect = none },
  case "half days without a reason do not count" { given = { ann = [[O\/O/\O\/\ O\/O/\/\/\]] }, as_of = "2025-09-12", expect = none },
}
