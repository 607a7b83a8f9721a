return plan {
  id    = "early-intervention",
  title = "Early intervention",
  steps = {
    { id = "team",   action = "Attendance team meets: which barriers are known?",                 owner = "attendance team", due = "5 school days" },
    { id = "family", action = "Meet the family; write down two or three things that will change", owner = "attendance team", due = "10 school days" },
    { id = "refer",  action = "Refer to health, transport or housing help where that is it",      owner = "counselor",       due = "15 school days",
      when = function(pupil) return pupil:count("absent", "last 4 school weeks") >= 8 end },
  },
  review   = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
  escalate = "intensive-support",
}
