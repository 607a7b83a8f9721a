return plan {
  id    = "medical-advice",
  title = "Medical advice",
  steps = {
    { id = "meet",   action = "Meet the family: what is the illness, who is treating it, what does the child miss most?",          owner = "attendance lead", due = "5 school days" },
    { id = "advice", action = "Suggest asking the school nurse, pharmacist or GP; offer a letter with the dates of absence",       owner = "attendance lead", due = "5 school days" },
    { id = "plan",   action = "Agree what the school changes: care plan, medicine in school, work to do at home, a gentle return", owner = "inclusion lead",  due = "10 school days" },
    { id = "mind",   action = "Ask whether worry, sleep, friends or bullying are part of it",                                     owner = "pastoral lead",   due = "10 school days" },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("illness", "since plan") or 1) < 0.05 end },
}
