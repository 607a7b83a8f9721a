--- Mentors for pupils who missed a tenth of the first half term. Half of those who qualified got one, so the others,
--- chosen in the same way, are the comparison; against all pupils the same figures would show regression to the mean.
return study {
  title = "Attendance mentors, 2025/26",
  question = "Are pupils with a mentor absent less than pupils who qualified for one and got none?",
  panel = panel {
    outcome = "absence_rate",
    unit = "pupil",
    every = "half-term",
    treated_from = intervention "mentor",
    eligible = { at_least = 0.10, from = "2025-09-01", to = "2025-10-24" },
    cluster = "school",
  },
  estimators = {
    twfe {},
    wild_bootstrap { draws = 999, seed = 1 },
    before_after {},
    event_study {},
  },
}
