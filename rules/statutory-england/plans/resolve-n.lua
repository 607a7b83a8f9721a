return plan {
  id    = "resolve-n",
  title = "Resolve N",
  steps = {
    { id = "ask",  action = "Ask the parent for the reason",                    owner = "attendance team", due = "1 school day" },
    { id = "mark", action = "Enter the reason, or O where there is none",       owner = "attendance team", due = "2 school days" },
  },
  review = { after = "1 school week", success = function(pupil) return pupil:count(codes"N", "since plan") == 0 end },
}
