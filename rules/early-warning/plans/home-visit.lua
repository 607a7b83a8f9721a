return plan {
  id    = "home-visit",
  title = "Home visit",
  steps = {
    { id = "call",   action = "Call home today",                          owner = "attendance team", due = "1 school day" },
    { id = "visit",  action = "Home visit: see the child",                owner = "attendance team", due = "2 school days" },
    { id = "return", action = "Plan the return with the family",          owner = "attendance lead", due = "5 school days" },
    { id = "local",  action = "Tell the local authority (attendance or sickness return)", owner = "attendance lead", due = "10 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.5 end },
}
