--- A pupil who joined after the start of the school year: a new-pupil return within five days of entry.
-- Authority: School Attendance (Pupil Registration) (England) Regulations 2024, regulation 13: within five days of the entry of a name, except where a pupil
-- joins at the start of the school's youngest year. Here pupils who start in the school's first week are taken for that intake. Works only
-- where pupils.csv has start_date. The return for a name that is taken off cannot be asked for here: a leaver is no longer on roll.
return rule {
  id     = "joiner-return",
  title  = "New-pupil return",
  scope  = "pupil",
  level  = "watch",
  params = {
    days   = integer { 7, min = 1, max = 60, doc = "days after the start during which this is said; seven hold five school days" },
    intake = integer { 7, min = 0, max = 60, doc = "days from the Monday of the school's first week that are ordinary intake" },
  },
  when   = function(pupil, p)
    local start = pupil.start_date
    if not start or start > pupil.as_of or dates.days(start, pupil.as_of) >= p.days then return end
    local first = pupil:school():weeks("year")[1]
    if first and dates.days(first.start, start) >= p.intake then return { start = start } end
  end,
  message = "joined on {start:date}: tell the local authority within five days",
  plan   = "joiner-return",
}
