return tests "sickness-return-total" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "thirty sessions in three spells" {
    given  = { ann = [[I*10 (/\)*5 I*10 (/\)*5 I*10]] },
    as_of  = "2025-10-03",
    expect = { { subject = "ann", sessions = 30, days = 15, spells = 3, total = 30 } },
  },
  case "a session less" { given = { ann = [[I*10 (/\)*5 I*10 (/\)*5 I*9\]] }, as_of = "2025-10-03", expect = none },
  case "one spell of fifteen days is the other rule's" { given = { ann = [[I*30 /\/\/\/\/\ I*2]] }, as_of = "2025-10-03", expect = none },
  case "what comes beside such a spell has its own count" {
    given = { ann = [[I*30 (/\)*5 I*16(/\)*2 I*14(/\)*3]] }, as_of = "2025-10-24", expect = { { subject = "ann", sessions = 30, total = 60, spells = 3 } },
  },
  case "appointments are not illness" { given = { ann = [[I*20 (/\)*5 M*20]] }, as_of = "2025-10-03", expect = none },
}
