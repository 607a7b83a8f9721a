return plan {
  id    = "early-help",
  title = "Early help",
  steps = {
    { id = "talk", action = "Talk with the pupil",    owner = "tutor", due = "2 school days" },
    { id = "call", action = "Call home",              owner = "tutor", due = "5 school days" },
  },
  review   = { after = "4 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
  escalate = "attendance-panel",
}
