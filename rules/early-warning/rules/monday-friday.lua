--- Most of the absence falls on Mondays and Fridays.
-- Authority: our choice; absence in England is lowest on Wednesdays and highest on Friday afternoons (FFT Education Datalab 2023). Two days of
-- five would hold 40 per cent by chance.
return rule {
  id     = "monday-friday",
  title  = "Monday and Friday absence",
  scope  = "pupil",
  level  = "watch",
  params = {
    window   = window { "last 12 school weeks", doc = "the weeks that are looked at" },
    sessions = integer { 8, min = 2, max = 60, doc = "sessions missed on Mondays and Fridays, at least" },
    share    = rate { 0.75, min = 0.5, max = 1, doc = "share of all absence that falls on those days" },
  },
  when   = function(pupil, p)
    local absent = pupil:count("absent", p.window)
    if absent < p.sessions then return end
    local all, ends = 0, 0
    for session, rate in pairs(pupil:weekdays("absent", p.window)) do
      all = all + rate
      if text.starts(session, "mon") or text.starts(session, "fri") then ends = ends + rate end
    end
    -- by rates, so that a half term with few Mondays does not hide the pattern
    local share = ends / all
    local sessions = math.floor(share * absent + 0.5)
    if sessions >= p.sessions and share >= p.share then
      return { sessions = sessions, absent = absent, share = share }
    end
  end,
  message = "about {sessions} of {absent} sessions missed were on a Monday or Friday, {share:percent0}",
  plan    = "early-help",
}
