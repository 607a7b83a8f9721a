return plan {
  id    = "joiner-return",
  title = "New-pupil return",
  steps = { { id = "return", action = "Tell the local authority of the new pupil", owner = "admissions", due = "5 school days" } },
}
