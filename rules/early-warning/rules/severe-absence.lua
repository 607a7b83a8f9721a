--- Half or more of this year's possible sessions missed.
-- Authority: Department for Education, Pupil absence in schools in England: methodology (severely absent: 50 per cent or more).
return rule {
  id       = "severe-absence",
  title    = "Severely absent",
  scope    = "pupil",
  level    = "urgent",
  inhibits = "persistent-absence",
  params   = { possible = integer { 20, min = 1, max = 380, doc = "possible sessions before a pupil's rate is judged" } },
  when     = function(pupil, p)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    if possible >= p.possible and 2 * absent >= possible then
      return { absent = absent, possible = possible, rate = absent / possible, illness = pupil:count("illness") }
    end
  end,
  message = "{absent} of {possible} sessions missed, {rate:percent}; {illness} of them illness",
  plan    = "support-plan",
}
