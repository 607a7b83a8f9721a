--- Not persistently absent yet, and will be by July if the last weeks go on.
-- Authority: the definition of persistent absence (10 per cent); six school weeks are our choice: half of a term, long enough
-- that one illness of a week does not decide it alone.
return rule {
  id     = "on-course",
  title  = "On course for persistent absence",
  scope  = "pupil",
  level  = "watch",
  params = {
    recent   = window { "last 6 school weeks", doc = "the weeks whose rate is taken to go on" },
    possible = integer { 40, min = 10, max = 380, doc = "possible sessions before a pupil's rate is judged" },
    missed   = integer { 6, min = 1, max = 60, doc = "sessions missed in the recent weeks, at least" },
  },
  when   = function(pupil, p)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    if possible < p.possible or 10 * absent >= possible then return end
    local recent, missed = pupil:rate("absent", p.recent), pupil:count("absent", p.recent)
    local _, year = pupil:projected("absent")
    if not recent or not year or missed < p.missed then return end
    local expected = absent + recent * (year - possible)
    if 10 * expected >= year then
      return { absent = absent, possible = possible, rate = absent / possible, recent = recent,
               expected = math.floor(expected + 0.5), year = math.floor(year + 0.5) }
    end
  end,
  message = "{rate:percent} so far, {recent:percent} in recent weeks: about {expected} of {year} sessions by July",
  plan    = "early-help",
}
