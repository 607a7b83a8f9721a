return plan {
  id    = "legal-review",
  title = "Review of unauthorised absence",
  steps = {
    { id = "check",   action = "Check that every code is right and N is resolved", owner = "attendance lead", due = "2 school days" },
    { id = "support", action = "Record what support was offered and taken up",     owner = "attendance lead", due = "5 school days" },
    { id = "decide",  action = "Decide: support, notice to improve, or refer",     owner = "headteacher",     due = "10 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return pupil:count("unauthorised", "since plan") < 3 end },
}
