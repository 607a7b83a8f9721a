-- Ten weeks: four with no absence, then six in which a pupil misses 4 of 60 sessions.
local rising = [[(/\)*20 (/\)*20 IIII(/\)*8]]
local function answers(...)
  local list, dates = {}, { "2025-09-12", "2025-10-17" }
  for i, value in ipairs({ ... }) do
    list[i] = { respondent = "pupil", pupil = "ann", date = dates[i], instrument = "belonging", item = "belong", value = value }
  end
  return list
end

return tests "belonging-and-absence" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  as_of    = "2025-11-14",
  case "a low answer, and four of sixty sessions after none" {
    given  = { ann = rising }, responses = answers(2),
    expect = { { subject = "ann", answer = 2, date = "2025-09-12", absent = 4, past = 0 } },
  },
  case "a middling answer"       { given = { ann = rising }, responses = answers(3), expect = none },
  case "an answer by halves"     { given = { ann = rising }, responses = answers(2.02), params = { low = 2.02 }, expect = { { subject = "ann" } } },
  case "down by two, and not low" { given = { ann = rising }, responses = answers(5, 3), expect = { { subject = "ann", answer = 3, before = 5, date = "2025-10-17" } } },
  case "down by one"             { given = { ann = rising }, responses = answers(5, 4), expect = none },
  case "no answer"               { given = { ann = rising }, expect = none },
  case "another question of the same survey" {
    given = { ann = rising }, responses = { { pupil = "ann", date = "2025-09-12", instrument = "belonging", item = "safe", value = 1 } }, expect = none,
  },
  case "a low answer of a pupil who comes" { given = { ann = [[(/\)*50]] }, responses = answers(1), expect = none },
  case "three sessions"          { given = { ann = [[(/\)*20 (/\)*20 III\(/\)*8]] }, responses = answers(2), params = { points = 0.01 }, expect = none },
  case "absence as before"       { given = { ann = [[(II/\/\/\/\)*10]] }, responses = answers(2), expect = none },
  case "a rise of exactly five points" { given = { ann = [[(/\)*20 (/\)*20 III\(/\)*8]] }, responses = answers(2), params = { sessions = 3 }, expect = { { subject = "ann", rate = 0.05 } } },
  case "an answer of the summer" {
    given = { ann = rising }, responses = { { pupil = "ann", date = "2025-07-16", instrument = "belonging", item = "belong", value = 1 } }, expect = none,
  },
  case "and of the day after" {
    given = { ann = rising }, responses = { { pupil = "ann", date = "2025-07-17", instrument = "belonging", item = "belong", value = 1 } }, expect = { { subject = "ann" } },
  },
  case "the last two weeks alone" { given = { ann = rising }, responses = answers(2), params = { weeks = 2, sessions = 4 }, expect = { { subject = "ann" } } },
  case "and not what was missed before them" { given = { ann = [[(/\)*40 IIII(/\)*13]] }, responses = answers(2), params = { weeks = 2 }, as_of = "2025-11-21", expect = none },
}
