--- Fifteen school days of illness without a break: a sickness return, one for each continuous spell.
-- Authority: sickness return to the local authority, School Attendance (Pupil Registration) (England) Regulations 2024, as local guidance
-- gives it (Derbyshire; Herts for Learning): a pupil whose absence is recorded as illness (code I) and who the school reasonably believes
-- will miss fifteen days, consecutive or cumulative, because of it; one return a continuous spell. What a school believes is not in a
-- register: this rule sees the day on which the fifteen have passed. Set pack.sickness lower to be asked earlier.
return rule {
  id       = "sickness-return-spell",
  title    = "Sickness return: fifteen days of illness in one spell",
  scope    = "pupil",
  level    = "review",
  params   = { codes = codes { "I", doc = "codes that are illness" } },
  when     = function(pupil, p)
    local spell = pupil:current(p.codes)
    if spell.sessions >= p.sickness then
      return { sessions = spell.sessions, days = spell.sessions / 2, first = spell.first }
    end
  end,
  message  = "ill without a break since {first:date}, {days:1} school days: a sickness return for this spell",
  plan     = "sickness-return",
}
