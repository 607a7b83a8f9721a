--- Half way to the penalty notice threshold: time for support, while it can still help.
-- Authority: the framework expects support before a notice; it names no number below ten. Five sessions are our choice, from a sweep on a
-- synthetic trust (README): with seven the median pupil was at ten two school days later, which is too late to do anything; with five it is seven.
return rule {
  id     = "penalty-approaching",
  title  = "Unauthorised absence near the penalty notice threshold",
  scope  = "pupil",
  level  = "watch",
  params = {
    sessions = integer { 5, min = 1, max = 99, doc = "unauthorised sessions before someone offers support" },
    within   = window { "last 10 school weeks", doc = "as in penalty-threshold" },
    codes    = codes { "G N O U", doc = "codes that count" },
  },
  when   = function(pupil, p)
    local sessions = pupil:count(p.codes, p.within)
    if sessions >= p.sessions then return { sessions = sessions, unexplained = pupil:count(codes"N", p.within) } end
  end,
  message = "{sessions} unauthorised sessions in ten school weeks, {unexplained} of them not yet explained: offer support now",
  plan   = "early-support",
}
