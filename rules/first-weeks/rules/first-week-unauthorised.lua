--- Unauthorised absence in the first week of a term.
-- Authority: Children's Commissioner for England, three trusts with about 32,000 pupils: pupils with any unauthorised absence in the first week were
-- absent without leave for 25% of that term, others for 2%. FFT Education Datalab, 2024/25: the highest risk of persistent absence is that
-- of secondary pupils whose first-week absence was unauthorised. The floor of six expected sessions is FFT's.
local term = require "term"

return rule {
  id       = "first-week-unauthorised",
  title    = "Unauthorised absence in the first week of term",
  scope    = "pupil",
  level    = "review",
  inhibits = "first-week-absence",
  params   = { sessions = integer { 1, min = 1, max = 40, doc = "unauthorised sessions in the first weeks, at least" } },
  when     = function(pupil, p)
    if pupil:count("unauthorised", "this term") < p.sessions then return end
    local first, ago = term.first_weeks(pupil, p)
    if first and first.unauthorised >= p.sessions and ago <= p.news then
      return { unauthorised = first.unauthorised, absent = first.absent, possible = first.possible }
    end
  end,
  message  = "{unauthorised} unauthorised sessions in the first {possible} of the term ({absent} missed in all)",
  plan     = "first-conversation",
}
