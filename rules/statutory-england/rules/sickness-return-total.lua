--- Fifteen school days of illness in the school year, in pieces: a sickness return.
-- Authority: as sickness-return-spell: fifteen days "consecutive or cumulative". Spells that called for a return of their own are left out,
-- since there is one return a spell. Counted from the start of the school year; guidance does not say from when.
return rule {
  id     = "sickness-return-total",
  title  = "Sickness return: fifteen days of illness in the year",
  scope  = "pupil",
  level  = "review",
  params = { codes = codes { "I", doc = "codes that are illness" } },
  when   = function(pupil, p)
    local total = pupil:count(p.codes)
    if total < p.sickness then return end
    local spells, sessions = pupil:spells(p.codes), 0
    for _, spell in ipairs(spells) do
      if spell.sessions < p.sickness then sessions = sessions + spell.sessions end
    end
    if sessions >= p.sickness then return { sessions = sessions, days = sessions / 2, spells = #spells, total = total } end
  end,
  message = "{days:1} school days of illness this year in pieces ({spells} spells): a sickness return",
  plan   = "sickness-return",
}
