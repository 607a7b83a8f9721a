--- Two weeks or more of illness in twelve school weeks, one of them at a stretch.
-- Authority: our choice. The statutory sickness return begins at fifteen days (see statutory-england); ten days in a term is early enough to plan
-- how a child keeps up and comes back. The register says ill; it does not say with what, in body or mind, and nor does this rule.
return rule {
  id     = "long-illness",
  title  = "Long illness: ask what would help",
  scope  = "pupil",
  level  = "review",
  params = {
    sessions = integer { 20, min = 4, max = 120, doc = "sessions of illness, at least" },
    spell    = integer { 10, min = 1, max = 60, doc = "of them in one spell, at least: a school week" },
    codes    = codes { "I", doc = "codes that are illness" },
  },
  when   = function(pupil, p)
    local sessions = pupil:count(p.codes, p.over)
    if sessions < p.sessions then return end
    local longest = pupil:longest(p.codes, p.over)
    if longest.sessions >= p.spell then
      return { sessions = sessions, days = sessions / 2, longest = longest.sessions / 2, first = longest.first, away = pupil:current(p.codes).sessions > 0 }
    end
  end,
  message = "{days:1} school days of illness in twelve school weeks, {longest:1} of them at a stretch: ask child and family what would help",
  plan    = "health-support",
}
