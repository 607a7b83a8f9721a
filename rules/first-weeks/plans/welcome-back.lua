return plan {
  id    = "welcome-back",
  title = "Welcome back",
  steps = { { id = "talk", action = "Say that it is good to have the pupil back, and ask how the start was", owner = "tutor", due = "2 school days" } },
  review = { after = "4 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
  escalate = "first-conversation",
}
