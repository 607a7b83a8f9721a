--- Most of the absence falls on Mondays and Fridays.
-- Evidence: absence in England is lowest on Wednesdays and highest on Friday afternoons (FFT Education Datalab 2023). Two days of
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
    local rates, possible = pupil:weekdays("absent", p.window), pupil:weekdays("possible", p.window)
    local ends = 0
    for _, session in ipairs { "mon_am", "mon_pm", "fri_am", "fri_pm" } do
      ends = ends + (rates[session] or 0) * (possible[session] or 0)
    end
    ends = math.floor(ends + 0.5)
    if ends >= p.sessions and ends >= p.share * absent then
      return { sessions = ends, absent = absent, share = ends / absent }
    end
  end,
  message = "{sessions} of {absent} sessions missed were on a Monday or Friday, {share:percent0}",
  plan    = "early-help",
}
