--- Ten school days of unauthorised absence without a break: an attendance return to the local authority.
-- Authority: School Attendance (Pupil Registration) (England) Regulations 2024, as local guidance gives it (Derbyshire): pupils of compulsory
-- school age who are absent ten continuous school days with G, N, O or U, or fail to attend regularly; at a frequency agreed with the
-- authority, at least monthly. Readings differ. "whole": ten whole days in a row, twenty sessions (default). "touched": ten days in a row with some part
-- missed at either end. "total": ten days in all within `within`, in a row or not, as one authority asks (Herts for Learning). "Fails to attend
-- regularly" has no number; that part is the school's judgement. Compulsory age begins on the 31 December, 31 March or 31 August that follows
-- the fifth birthday (Education Act 1996, section 8, and the order that sets those days); with no date of birth in
-- the data, Year 1 and above are of that age.
local function compulsory(pupil)
  local born, group = pupil.birth_date, pupil.year_group
  if born then
    local fifth, day = dates.year(born) + 5, string.sub(born, 5)
    local begins = day <= "-03-31" and "-03-31" or day <= "-08-31" and "-08-31" or "-12-31"
    return pupil.as_of > fifth .. begins
  end
  if type(group) == "string" then return not (text.starts(group, "R") or text.starts(group, "N") or text.starts(group, "E")) end
  return not group or group >= 1
end

return rule {
  id     = "attendance-return",
  title  = "Attendance return: ten continuous school days of unauthorised absence",
  scope  = "pupil",
  level  = "review",
  params = {
    days    = integer { 10, min = 1, max = 60, doc = "school days" },
    reading = choice { "whole", of = { "whole", "touched", "total" }, doc = "how the days are counted" },
    within  = window { "this term", doc = "where the total reading looks" },
    recent  = integer { 31, min = 1, max = 366, doc = "days after which a spell that is over is no longer news: the month between two returns" },
    codes   = codes { "G N O U", doc = "codes that count" },
  },
  when   = function(pupil, p)
    if not compulsory(pupil) then return end
    if p.reading == "total" then
      local sessions = pupil:count(p.codes, p.within)
      if sessions >= 2 * p.days then return { sessions = sessions, days = sessions / 2, first = pupil:spells(p.codes, p.within)[1].first } end
      return
    end
    if pupil:count(p.codes, "last 20 school weeks") < p.days then return end
    local since = dates.add(pupil.as_of, -p.recent)
    for _, spell in ipairs(pupil:spells(p.codes, "last 20 school weeks")) do
      local long = spell.days >= p.days and (p.reading == "touched" or spell.sessions >= 2 * p.days)
      if long and spell.last > since then
        return { sessions = spell.sessions, days = spell.days, first = spell.first, last = spell.last }
      end
    end
  end,
  message = "{days} school days of unauthorised absence from {first:date} ({sessions} sessions): belongs in the next attendance return",
  plan   = "attendance-return",
}
