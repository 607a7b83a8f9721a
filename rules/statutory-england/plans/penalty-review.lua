return plan {
  id    = "penalty-review",
  title = "Review at the penalty notice threshold",
  steps = {
    { id = "codes",   action = "Check every code, and resolve each N",                            owner = "attendance lead", due = "2 school days" },
    { id = "listen",  action = "Talk with the pupil and the parent about what is behind it",      owner = "attendance lead", due = "5 school days" },
    { id = "support", action = "Record what support was offered, taken up and what came of it",   owner = "attendance lead", due = "5 school days" },
    { id = "duties",  action = "Check needs, disability and equality duties before any notice",   owner = "headteacher",     due = "10 school days" },
    { id = "decide",  action = "Decide case by case: more support, notice to improve, or refer",  owner = "headteacher",     due = "10 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return pupil:count(codes"G N O U", "since plan") < 3 end },
}
