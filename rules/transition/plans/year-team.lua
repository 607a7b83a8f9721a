return plan {
  id    = "year-team",
  title = "Year team looks at the gap",
  steps = {
    { id = "names",  action = "Who is behind the gap: a few pupils, or many?",                      owner = "head of year",        due = "5 school days" },
    { id = "costs",  action = "Check what coming costs: transport, uniform, food, trips, equipment", owner = "pupil premium lead", due = "10 school days" },
    { id = "change", action = "Agree one change for all, and look at the gap again next half term", owner = "head of year",        due = "15 school days" },
  },
}
