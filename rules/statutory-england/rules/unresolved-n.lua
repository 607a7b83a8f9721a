--- A mark of N, no reason known yet, that has stood for more than five school days.
-- Authority: N is for circumstances not yet established (School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10), and it
-- counts as unauthorised while it stands. That it must be resolved within five school days, else become O, is widely stated; we have not
-- found it in the regulations. Where your own authority asks for something else, set `days`.
return rule {
  id     = "unresolved-n",
  title  = "N not resolved",
  scope  = "pupil",
  level  = "watch",
  params = {
    days     = integer { 5, min = 1, max = 60, doc = "school days after the session" },
    sessions = integer { 1, min = 1, max = 60, doc = "such sessions, at least" },
  },
  when   = function(pupil, p)
    local all = pupil:count(codes"N")
    if all < p.sessions then return end
    local old = all - pupil:count(codes"N", "last " .. p.days .. " school days")
    if old >= p.sessions then return { sessions = old, first = pupil:spells(codes"N")[1].first, days = p.days } end
  end,
  message = "{sessions} sessions of N older than {days} school days, the first on {first:date}: find the reason or enter O",
  plan   = "resolve-n",
}
