--- Several short spells of illness in twelve school weeks.
-- Authority: half of all spells of absence last two to four sessions (FFT Education Datalab 2022), so that one short illness says nothing; pupils with
-- many spells are at a higher risk of persistent absence than their rate alone tells (FFT 2023). Four spells in a term are our choice, from a
-- sweep on a synthetic trust (README). Appointments (M) are not counted: they are care that is being had.
return rule {
  id     = "frequent-short-illness",
  title  = "Short illness again and again: ask how things are",
  scope  = "pupil",
  level  = "watch",
  params = {
    spells = integer { 4, min = 2, max = 20, doc = "spells of illness, at least" },
    most   = integer { 4, min = 1, max = 10, doc = "sessions of a spell that is short, at most" },
    codes  = codes { "I", doc = "codes that are illness" },
  },
  when   = function(pupil, p)
    if pupil:count(p.codes, p.over) < p.spells then return end
    local n, sessions, first = 0, 0, nil
    for _, spell in ipairs(pupil:spells(p.codes, p.over)) do
      if spell.sessions <= p.most then n, sessions, first = n + 1, sessions + spell.sessions, first or spell.first end
    end
    if n >= p.spells then return { spells = n, sessions = sessions, first = first, appointments = pupil:count(codes"M", p.over) } end
  end,
  message = "{spells} short spells of illness since {first:date}, {sessions} sessions: ask how things are, at home, with friends and in lessons",
  plan    = "health-support",
}
