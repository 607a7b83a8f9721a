--- Between a tenth and a fifth of the days missed: early intervention.
-- Authority: New Mexico Attendance for Success Act (Statutes 22-12A), after Attendance Works: under 5% of days missed the whole school's
-- prevention, 5 to under 10% individual prevention, 10 to under 20% early intervention, 20% and more intensive support. The
-- law judges after ten days; twenty are our choice, because two days of flu in ten would be a fifth (README).
return rule {
  id     = "tier-early",
  title  = "Tier 3: early intervention",
  scope  = "pupil",
  level  = "review",
  params = {
    from = rate { 0.10, min = 0.02, max = 0.6, doc = "share of days missed, from" },
    to   = rate { 0.20, min = 0.03, max = 0.8, doc = "and below" },
    days = integer { 20, min = 10, max = 90, doc = "days enrolled before a tier is given" },
  },
  when   = function(pupil, p)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    if possible < 2 * p.days then return end
    local rate = absent / possible
    if rate >= p.from and rate < p.to then
      return { absent = absent / 2, enrolled = possible / 2, rate = rate, unexcused = pupil:count("unauthorised") / 2 }
    end
  end,
  message = "{absent:1} of {enrolled:1} days missed, {rate:percent}; {unexcused:1} of them unexcused",
  plan    = "early-intervention",
}
