return plan {
  id    = "mentoring",
  title = "Offer of a mentor",
  steps = {
    { id = "ask",    action = "Ask the pupil whether a mentor would help, and whom they could talk to", owner = "tutor",           due = "3 school days" },
    { id = "parent", action = "Ask the parent",                                                        owner = "tutor",           due = "5 school days" },
    { id = "match",  action = "Match, agree one aim in the pupil's words, and a weekly hour",          owner = "mentor lead",     due = "10 school days" },
    { id = "record", action = "Record the start in interventions, so that it can be reviewed and evaluated", owner = "mentor lead", due = "10 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil, p) return pupil:had(p.kind, "since plan") end },
}
