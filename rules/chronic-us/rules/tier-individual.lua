--- Between a twentieth and a tenth of the days missed: individual prevention.
-- Authority: New Mexico Attendance for Success Act (Statutes 22-12A), after Attendance Works: under 5% of days missed the whole school's
-- prevention, 5 to under 10% individual prevention, 10 to under 20% early intervention, 20% and more intensive support. The
-- law judges after ten days; twenty are our choice, because two days of flu in ten would be a fifth (README).
return rule {
  id     = "tier-individual",
  title  = "Tier 2: individual prevention",
  scope  = "pupil",
  level  = "watch",
  params = {
    from = rate { 0.05, min = 0.01, max = 0.5, doc = "share of days missed, from" },
    to   = rate { 0.10, min = 0.02, max = 0.6, doc = "and below" },
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
  plan    = "individual-prevention",
}
