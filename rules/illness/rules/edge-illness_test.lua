-- 0.4^4 = 0.0256; four of five: 0.087.
return tests "edge-illness" {
  calendar = { from = "2025-09-01", to = "2025-10-24" },
  case "four of four"      { given = { ann = [[II/\/\/\II /I/\/\/\/I]] }, as_of = "2025-09-12", expect = { { subject = "ann", times = 4, of = 4, chance = 0.0256 } } },
  case "three of three"    { given = { ann = [[II/\/\/\II /I/\/\/\/\]] }, as_of = "2025-09-12", expect = none },
  case "four of five are chance, once in eleven" { given = { ann = [[II/\II/\II /I/\/\/\/I]] }, as_of = "2025-09-12", expect = none },
  case "unless that is enough" { given = { ann = [[II/\II/\II /I/\/\/\/I]] }, params = { chance = 0.09 }, as_of = "2025-09-12", expect = { { subject = "ann", of = 5 } } },
  case "from Friday over the weekend is one spell of two days" { given = { ann = [[/\/\/\/\II II/\/\/\II II/\/\/\II II/\/\/\/\]] }, as_of = "2025-09-26", expect = none },
}
