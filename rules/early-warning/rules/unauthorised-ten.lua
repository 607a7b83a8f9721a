--- Ten or more sessions of unauthorised absence within ten school weeks.
-- Authority: national framework for penalty notices, England, from 19 August 2024: 10 sessions of G, N, O or U in any mix
-- within a rolling 10 school weeks, a school week being any week with at least one session. A notice is the school's and the
-- local authority's decision, never the rule's.
return rule {
  id     = "unauthorised-ten",
  title  = "Unauthorised absence: ten sessions in ten school weeks",
  scope  = "pupil",
  level  = "urgent",
  params = {
    sessions = integer { 10, min = 1, max = 100, doc = "unauthorised sessions" },
    within   = window { "last 10 school weeks", doc = "counted back from the as-of date" },
    codes    = codes { "G N O U", doc = "codes that count" },
  },
  when   = function(pupil, p)
    local sessions = pupil:count(p.codes, p.within)
    if sessions >= p.sessions then
      return { sessions = sessions, holiday = pupil:count(codes"G", p.within), unexplained = pupil:count(codes"N", p.within) }
    end
  end,
  message = "{sessions} unauthorised sessions in ten school weeks ({holiday} holiday, {unexplained} unexplained)",
  plan    = "legal-review",
}
