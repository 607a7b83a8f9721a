--- Many half days of illness or appointments.
-- Authority: our own. Half days add up unseen: four in a term are our choice (README). Appointments (M) are counted with
-- illness because the question is the same: can they be had outside lessons, is something going on? For a child with a known condition the
-- answer is known too; the first step of the plan is to look.
return rule {
  id     = "single-sessions",
  title  = "Half days of illness and appointments",
  scope  = "pupil",
  level  = "watch",
  params = {
    times = integer { 4, min = 2, max = 30, doc = "single sessions, with attendance before and after" },
    over  = window { "last 12 school weeks", doc = "where they are counted" },
    codes = codes { "I M", doc = "codes that count" },
  },
  when   = function(pupil, p)
    if pupil:count(p.codes, p.over) < p.times then return end
    local times, first = 0, nil
    for _, spell in ipairs(pupil:spells(p.codes, p.over)) do
      if spell.sessions == 1 then times, first = times + 1, first or spell.first end
    end
    if times >= p.times then return { times = times, first = first, appointments = pupil:count(codes"M", p.over) } end
  end,
  message = "{times} single sessions of illness or appointments since {first:date}; {appointments} sessions of appointments",
  plan    = "ask-kindly",
}
