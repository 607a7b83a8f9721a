return plan {
  id    = "ask-kindly",
  title = "Ask kindly",
  steps = {
    { id = "known", action = "Is a condition known? Then ask only whether the care plan still fits",             owner = "attendance team", due = "1 school day" },
    { id = "pupil", action = "Ask the pupil how they are, and whether something at school makes mornings hard", owner = "tutor",           due = "3 school days" },
    { id = "home",  action = "Call home: tell what was missed, ask how the child is, and what would help",        owner = "tutor",           due = "5 school days" },
  },
  review   = { after = "6 school weeks", success = function(pupil, p) return #pupil:spells(p.illness, "since plan") <= 1 end },
  escalate = "medical-advice",
}
