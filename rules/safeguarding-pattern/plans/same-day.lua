return plan {
  id    = "same-day",
  title = "The same day",
  steps = {
    { id = "marks",   action = "Is the register right? Ask the tutor and the last teacher who saw the child",            owner = "attendance team",   due = "0 school days" },
    { id = "contact", action = "Speak to a parent, then to every other contact on file, until someone has seen the child", owner = "attendance team",  due = "0 school days" },
    { id = "lead",    action = "Tell the safeguarding lead, who knows what else is known about the child",               owner = "attendance team",   due = "0 school days" },
    { id = "decide",  action = "If nobody has seen the child: decide on a visit, the police or children's services",     owner = "safeguarding lead", due = "0 school days" },
    { id = "visit",   action = "Home visit: see and speak to the child",                                                owner = "attendance team",   due = "1 school day",
      when = function(pupil) return pupil:current("attended").sessions == 0 end },
    { id = "write",   action = "Write down who was reached, who saw the child, and what was decided",                    owner = "safeguarding lead", due = "1 school day" },
  },
  review   = { after = "5 school days", success = function(pupil) return pupil:count("attended", "since plan") > 0 end },
  escalate = "see-the-child",
}
