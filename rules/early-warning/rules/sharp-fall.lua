--- Absence this half term far above the pupil's own past.
-- Authority: none published. A change against the pupil's own record, so that a pupil who was never absent is seen before a tenth of a year is gone. The
-- size is our choice: three more days in a half term than before.
return rule {
  id     = "sharp-fall",
  title  = "Sharp fall in attendance",
  scope  = "pupil",
  level  = "review",
  params = {
    points   = rate { 0.15, min = 0.05, max = 1, doc = "rise of the absence rate over the last half term's" },
    sessions = integer { 6, min = 1, max = 60, doc = "sessions missed this half term, at least" },
    possible = integer { 20, min = 5, max = 100, doc = "possible sessions in each half term, at least" },
  },
  when   = function(pupil, p)
    local now, before = "this half-term", "last half-term"
    if pupil:count("possible", now) < p.possible or pupil:count("possible", before) < p.possible then return end
    local absent = pupil:count("absent", now)
    local rate, past = pupil:rate("absent", now), pupil:rate("absent", before)
    if absent >= p.sessions and rate - past >= p.points then
      return { absent = absent, rate = rate, before = past }
    end
  end,
  message = "{rate:percent} absent this half term, {before:percent} in the last",
  plan    = "early-help",
}
