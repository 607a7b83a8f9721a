return plan {
  id    = "mentor-end",
  title = "End of mentoring",
  steps = {
    { id = "decide", action = "Finish, or write down why it goes on and until when",            owner = "mentor lead", due = "5 school days" },
    { id = "bye",    action = "A last meeting, and who the pupil's adult is from now on",       owner = "mentor",      due = "10 school days" },
    { id = "record", action = "Record the end in interventions; offer the place",               owner = "mentor lead", due = "10 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.10 end },
}
