return plan {
  id    = "support-plan",
  title = "Support plan",
  steps = {
    { id = "lead",    action = "Name one adult who leads",                     owner = "attendance lead", due = "1 school day" },
    { id = "meeting", action = "Meet the family and agree what will change",   owner = "lead adult",      due = "5 school days" },
    { id = "health",  action = "Ask the school nurse or GP for advice",        owner = "lead adult",      due = "10 school days",
      when = function(pupil) return pupil:count("illness") >= 20 end },
    { id = "mentor",  action = "Offer a mentor",                               owner = "attendance lead", due = "10 school days",
      when = function(pupil) return not pupil:had("mentor") end },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < (pupil:rate("absent") or 1) end },
}
