return plan {
  id    = "attendance-return",
  title = "Attendance return",
  steps = {
    { id = "seen",   action = "Make sure that the child has been seen and is safe",        owner = "safeguarding lead", due = "1 school day" },
    { id = "codes",  action = "Check every code, and resolve each N",                      owner = "attendance team",   due = "2 school days" },
    { id = "return", action = "Put the pupil into the next attendance return",             owner = "attendance lead",   due = "10 school days" },
    { id = "meet",   action = "Meet the family and agree how the child comes back",        owner = "attendance lead",   due = "10 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil) return (pupil:rate("unauthorised", "since plan") or 1) < 0.10 end },
}
