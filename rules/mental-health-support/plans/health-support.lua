-- Options for staff, parents and the child; the child's own answer is asked for at the beginning and at the review.
return plan {
  id    = "health-support",
  title = "Health and mental health support plan",
  steps = {
    { id = "check",   action = "Is anything known already: health plan, needs, safeguarding? Who is the trusted adult?",             owner = "pastoral lead",   due = "1 school day" },
    { id = "child",   action = "Trusted adult listens: how is it, what is hard, what helps? Write down the child's own words",        owner = "trusted adult",   due = "3 school days" },
    { id = "parents", action = "Ask the parents what they see and what they have tried; agree how to keep in touch",                  owner = "pastoral lead",   due = "5 school days" },
    { id = "staff",   action = "Ask every teacher of the child one question: when does it go well?",                                  owner = "tutor",           due = "5 school days" },
    { id = "options", action = "Child, parents and school choose from: arrival, quiet place, timetable, workload, friends, club, mentor, counselling", owner = "pastoral lead", due = "10 school days" },
    { id = "health",  action = "With the family's agreement, ask the school nurse, the mental health support team or the GP for advice", owner = "pastoral lead", due = "10 school days",
      when = function(pupil) return pupil:count("illness", "last 12 school weeks") >= 10 end },
    { id = "work",    action = "Keep the child in touch with class and work while away",                                              owner = "tutor",           due = "5 school days",
      when = function(pupil) return pupil:current("absent").sessions >= 6 end },
    { id = "impact",  action = "Before the review, ask the child again: what is better, what is not?",                               owner = "trusted adult",   due = "25 school days" },
  },
  review   = { after = "6 school weeks", success = function(pupil)
    local since, year = pupil:rate("absent", "since plan"), pupil:rate("absent")
    return since ~= nil and since < 0.10 and since <= year
  end },
  escalate = "health-review",
}
