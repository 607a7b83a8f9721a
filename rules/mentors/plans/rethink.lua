return plan {
  id    = "rethink",
  title = "Mentoring: think again",
  steps = {
    { id = "met",    action = "How often did they really meet?",                            owner = "mentor lead", due = "3 school days" },
    { id = "pupil",  action = "Ask the pupil what would make it worth coming",              owner = "mentor",      due = "5 school days" },
    { id = "change", action = "Change one thing: hour, aim, mentor, or what home can do",   owner = "mentor lead", due = "10 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < (pupil:rate("absent") or 1) end },
}
