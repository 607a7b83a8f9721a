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
    -- by rates, so that a half term with few Mondays does not hide the pattern
    local d = pupil:weekdays("absent", p.window)
    local ends = (d.mon_am or 0) + (d.mon_pm or 0) + (d.fri_am or 0) + (d.fri_pm or 0)
    local rest = (d.tue_am or 0) + (d.tue_pm or 0) + (d.wed_am or 0) + (d.wed_pm or 0) + (d.thu_am or 0) + (d.thu_pm or 0)
    local share = ends / (ends + rest)
    if share < p.share - 1e-9 then return end -- sums of rates are a hair off: three quarters are three quarters
    local sessions = math.floor(share * absent + 0.5)
    if sessions >= p.sessions then
      return { sessions = sessions, absent = absent, share = share }
    end
  end,
  message = "about {sessions} of {absent} sessions missed were on a Monday or Friday, {share:percent0}",
  plan    = "early-help",
}
