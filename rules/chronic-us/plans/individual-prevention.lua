return plan {
  id    = "individual-prevention",
  title = "Individual prevention",
  steps = {
    { id = "talk", action = "Talk with the student about what makes days hard",              owner = "homeroom teacher", due = "3 school days" },
    { id = "call", action = "Tell the family how many days were missed, in days, and ask",   owner = "attendance team",  due = "5 school days" },
  },
  review   = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.05 end },
  escalate = "early-intervention",
}
