--- Absence for any reason in the first week of a term.
-- Authority: FFT Education Datalab, 2022/23: of pupils who missed school in the first week, 37% in Years 1 to 6 and 58% in Years 7 to 11 ended the
-- year persistently absent; floor of six expected sessions. The same authors, 2025: absence in the first week predicts no better than
-- absence in any other week. It comes first, that is all: a reason to talk, not a forecast.
local term = require "term"

return rule {
  id     = "first-week-absence",
  title  = "Absence in the first week of term",
  scope  = "pupil",
  level  = "watch",
  params = { sessions = integer { 2, min = 1, max = 40, doc = "sessions missed in the first weeks, at least: a day" } },
  when   = function(pupil, p)
    if pupil:count("absent", "this term") < p.sessions then return end
    local first, ago = term.first_weeks(pupil, p)
    if first and first.absent >= p.sessions and ago <= p.news then
      return { absent = first.absent, possible = first.possible }
    end
  end,
  message = "{absent} of the first {possible} sessions of the term missed",
  plan    = "welcome-back",
}
