--- Ill several times in one half term.
-- Authority: illness is the largest reason for absence (2.9% of sessions in primary, 3.6% in secondary schools, daily data 2024/25), and half of all
-- spells last two to four sessions (FFT Education Datalab 2022), so that one or two colds in a half term are ordinary. Three spells are our choice.
return rule {
  id     = "illness-spells",
  title  = "Ill several times this half term",
  scope  = "pupil",
  level  = "watch",
  params = {
    spells = integer { 3, min = 2, max = 15, doc = "spells of illness, at least" },
    over   = window { "this half-term", doc = "where they are counted" },
  },
  when   = function(pupil, p)
    local sessions = pupil:count(p.illness, p.over)
    if sessions < p.spells then return end
    local spells = pupil:spells(p.illness, p.over)
    if #spells >= p.spells then return { spells = #spells, sessions = sessions, first = spells[1].first, last = spells[#spells].last } end
  end,
  message = "{spells} spells of illness since {first:date}, {sessions} sessions",
  plan    = "ask-kindly",
}
