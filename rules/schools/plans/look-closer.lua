return plan {
  id    = "look-closer",
  title = "Look closer",
  steps = {
    { id = "data",   action = "Check registers, codes and leavers before anything else", owner = "data manager",    due = "5 school days" },
    { id = "visit",  action = "Hub lead visits: who is behind the number?",              owner = "hub lead",        due = "10 school days" },
    { id = "commit", action = "Agree one change of practice and report at the next meeting", owner = "attendance lead", due = "20 school days" },
  },
}
