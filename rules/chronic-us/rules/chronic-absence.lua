--- A tenth or more of the days enrolled missed, for any reason: the number that is reported.
-- Authority: chronic absence as Attendance Works, EDFacts and most states define it (10% or more of the days enrolled, excused or not). Minimum
-- enrolment differs: 10 days (EDFacts, Florida, New Mexico), more than 30 expected days (California), 45 (New Jersey): pack.days. Half days
-- count as half. A number to report, with no plan of its own: what is done follows the tier.
return rule {
  id     = "chronic-absence",
  title  = "Chronically absent",
  scope  = "pupil",
  level  = "info",
  params = { share = rate { 0.10, min = 0.05, max = 0.5, doc = "of the days enrolled" } },
  when   = function(pupil, p)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    if possible >= 2 * p.days and absent / possible >= p.share then
      return { absent = absent / 2, enrolled = possible / 2, rate = absent / possible, unexcused = pupil:count("unauthorised") / 2 }
    end
  end,
  message = "{absent:1} of {enrolled:1} days missed, {rate:percent}",
}
