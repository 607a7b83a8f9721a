return plan {
  id    = "attendance-panel",
  title = "Attendance panel",
  steps = {
    { id = "call",  action = "Call home and ask what is in the way", owner = "tutor",             due = "1 school day" },
    { id = "panel", action = "Attendance panel review",              owner = "attendance lead",   due = "5 school days" },
    { id = "visit", action = "Home visit",                           owner = "attendance team",   due = "10 school days",
      when = function(pupil) return pupil:count("absent", "last 10 school days") >= 4 end },
  },
  review   = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
  escalate = "support-plan",
}
