return plan {
  id    = "see-the-child",
  title = "See the child",
  steps = {
    { id = "known", action = "Who outside school has seen the child: nurse, doctor, social worker, other school?",            owner = "safeguarding lead", due = "0 school days" },
    { id = "visit", action = "See and speak to the child, at home or by a professional who does",                           owner = "attendance team",   due = "1 school day" },
    { id = "tell",  action = "Tell the local authority; ask whether the child is missing from education",                    owner = "safeguarding lead", due = "2 school days" },
    { id = "again", action = "Agree who sees the child from now on, and how often",                                         owner = "safeguarding lead", due = "3 school days" },
  },
  review = { after = "2 school weeks", success = function(pupil) return pupil:count("attended", "since plan") > 0 end },
}
