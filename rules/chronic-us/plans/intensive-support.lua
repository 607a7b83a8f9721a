return plan {
  id    = "intensive-support",
  title = "Intensive support",
  steps = {
    { id = "lead",   action = "One adult leads and knows the family",             owner = "attendance team",   due = "2 school days" },
    { id = "visit",  action = "Home visit",                                       owner = "lead adult",        due = "5 school days" },
    { id = "agency", action = "Plan with outside agencies, one page, with dates", owner = "lead adult",        due = "15 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < (pupil:rate("absent") or 1) end },
}
