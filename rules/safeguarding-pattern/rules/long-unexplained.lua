--- No reason known for days on end.
-- Authority: N is for circumstances not yet established (Pupil Registration Regulations 2024, regulation 10). Schools ask on the first day of absence; that nobody
-- has had an answer after three days is our line.
return rule {
  id     = "long-unexplained",
  title  = "No reason known for days: make sure that the child is safe",
  scope  = "pupil",
  level  = "urgent",
  params = {
    sessions = integer { 6, min = 1, max = 40, doc = "sessions in a row until now, at least" },
    codes    = codes { "N", doc = "codes of absence without a known reason" },
  },
  when   = function(pupil, p)
    local spell = pupil:current(p.codes)
    if spell.sessions >= p.sessions then return { sessions = spell.sessions, days = spell.days, first = spell.first } end
  end,
  message = "no reason known since {first:date} ({sessions} sessions): speak to someone who has seen the child today",
  plan    = "same-day",
}
