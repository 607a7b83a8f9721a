return plan {
  id    = "settle-in",
  title = "Settling in",
  steps = {
    { id = "talk",    action = "Ask the pupil who they sit with, eat with and come in with",           owner = "tutor",           due = "3 school days" },
    { id = "primary", action = "Ask the primary school what helped and what was tried",                owner = "head of year",    due = "5 school days" },
    { id = "home",    action = "Ask the parent how the first weeks look from home",                    owner = "tutor",           due = "5 school days" },
    { id = "agree",   action = "Agree with pupil and parent what changes, and who is the pupil's adult", owner = "head of year",  due = "10 school days" },
    { id = "mentor",  action = "Offer a mentor or an older pupil as a buddy",                          owner = "attendance lead", due = "10 school days",
      when = function(pupil) return not pupil:had("mentor", "this term") end },
  },
  review = { after = "6 school weeks", success = function(pupil) return (pupil:rate("absent", "since plan") or 1) < 0.05 end },
}
