--- A tenth or more of this year's possible sessions missed.
-- Authority: Department for Education, Pupil absence in schools in England: methodology (10 per cent or more of a pupil's own
-- possible sessions). The floor of 20 possible sessions is that of the Department's absence bandings report.
return rule {
  id     = "persistent-absence",
  title  = "Persistently absent",
  scope  = "pupil",
  level  = "review",
  params = { possible = integer { 20, min = 1, max = 380, doc = "possible sessions before a pupil's rate is judged" } },
  when   = function(pupil, p)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    if possible >= p.possible and 10 * absent >= possible then
      return { absent = absent, possible = possible, rate = absent / possible, unauthorised = pupil:count("unauthorised") }
    end
  end,
  message = "{absent} of {possible} sessions missed, {rate:percent}",
  plan    = "attendance-panel",
}
