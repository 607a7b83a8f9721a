--- Absence in Year 7 well above the same pupil's first half term.
-- Authority: FFT Education Datalab: Year 7 starts with the lowest absence of secondary school in its first half term and then rises fast; transition adds 0.2
-- points of absence for pupils who are not disadvantaged and 2.0 for those who were eligible for free school meals in the last six years. How
-- far is far for one pupil nobody has published: eight points and four days are our choice, from a sweep on a synthetic trust (README).
return rule {
  id     = "year-7-rise",
  title  = "Year 7: absence rising since the first half term",
  scope  = "pupil",
  level  = "review",
  params = {
    points   = rate { 0.08, min = 0.01, max = 1, doc = "rise of the absence rate over the first half term's" },
    sessions = integer { 8, min = 1, max = 60, doc = "sessions missed this half term, at least" },
    possible = integer { 20, min = 5, max = 80, doc = "possible sessions in each of the two half terms, at least" },
  },
  when   = function(pupil, p)
    if pupil.year_group ~= p.year then return end
    local absent = pupil:count("absent", "this half-term")
    if absent < p.sessions then return end
    if pupil:count("possible", "HT1") < p.possible or pupil:count("possible", "this half-term") < p.possible then return end
    local first, now = pupil:rate("absent", "HT1"), pupil:rate("absent", "this half-term")
    if now - first >= p.points then return { absent = absent, rate = now, first = first } end
  end,
  message = "{rate:percent} absent this half term, {first:percent} in the first",
  plan    = "settle-in",
}
