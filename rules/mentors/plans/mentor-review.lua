return plan {
  id    = "mentor-review",
  title = "Review of mentoring",
  steps = {
    { id = "talk",   action = "Pupil and mentor: what has changed, what has not?",              owner = "mentor",      due = "5 school days" },
    { id = "decide", action = "Go on to week 20, finish, or another kind of support",           owner = "mentor lead", due = "10 school days" },
  },
}
