return tests "sudden-stop" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "two days after six good weeks" {
    given  = { ann = [[(/\)*30 NNOO]] }, as_of = "2025-10-14",
    expect = { { subject = "ann", sessions = 4, first = "2025-10-13", before = 0, unexplained = 0 } },
  },
  case "three sessions"   { given = { ann = [[(/\)*30 /NNN]] }, as_of = "2025-10-14", expect = none },
  case "no reason known yet" { given = { ann = [[(/\)*30 NNNN]] }, as_of = "2025-10-14", expect = { { subject = "ann", unexplained = 4 } } },
  case "ill"              { given = { ann = [[(/\)*30 IIII]] }, as_of = "2025-10-14", expect = none },
  case "back again"       { given = { ann = [[(/\)*30 NNNN /\]] }, as_of = "2025-10-15", expect = none },
  case "three of sixty before" { given = { ann = [[III\(/\)*28 NNNN]] }, as_of = "2025-10-14", expect = { { subject = "ann", before = 0.05 } } },
  case "four of sixty: no sudden stop" { given = { ann = [[IIII(/\)*28 NNNN]] }, as_of = "2025-10-14", expect = none },
  case "two weeks are enough to know" { given = { ann = [[(/\)*10 NNNN]] }, as_of = "2025-09-16", expect = { { subject = "ann" } } },
  case "nine days are not"            { given = { ann = [[-/\/\/\/\/ (/\)*5 NNNN]] }, as_of = "2025-09-16", expect = none },
  case "what was missed 42 days ago is not looked at" { given = { ann = [[O*8/\ (/\)*30 NNNN]] }, as_of = "2025-10-21", expect = { { subject = "ann", before = 0 } } },
  case "45 days back it is" { given = { ann = [[(/\)*4 O*2 (/\)*29 /\ NNNN]] }, params = { days = 45, before = 0.01 }, as_of = "2025-10-21", expect = none },
  case "and 44 days back it is not" { given = { ann = [[(/\)*4 O*2 (/\)*29 /\ NNNN]] }, params = { days = 44, before = 0.01 }, as_of = "2025-10-21", expect = { { subject = "ann", before = 0 } } },
  case "not seen for two weeks says more" { with = "not-seen", given = { ann = [[(/\)*30 O*20]], ben = [[(/\)*36 O*8]] }, as_of = "2025-10-24", expect = { { subject = "ben", sessions = 8 } } },
}
