return plan {
  id    = "first-conversation",
  title = "First conversation",
  steps = {
    { id = "talk",   action = "Talk with the pupil: what made the first days hard?",     owner = "tutor",           due = "2 school days" },
    { id = "call",   action = "Call home, ask, and say what was missed",                 owner = "tutor",           due = "3 school days" },
    { id = "agree",  action = "Agree one thing that will be different at the next start", owner = "attendance lead", due = "10 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
}
