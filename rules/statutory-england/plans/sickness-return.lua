return plan {
  id    = "sickness-return",
  title = "Sickness return",
  steps = {
    { id = "check",  action = "Check that the sessions are illness and form the spell that is returned", owner = "attendance team", due = "1 school day" },
    { id = "return", action = "Send the sickness return to the local authority",                         owner = "attendance lead", due = "3 school days" },
    { id = "health", action = "Ask family and health services what education the child can have now",    owner = "attendance lead", due = "5 school days" },
    { id = "duty",   action = "Agree with the authority who arranges education during the illness",      owner = "attendance lead", due = "10 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil) return (pupil:rate("illness", "since plan") or 1) < 0.25 end },
}
