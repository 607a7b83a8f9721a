--- Breakfast clubs that open in two waves. Schools are compared with schools that have none yet; a single coefficient
--- over both waves is shown beside it, and permutation says what chance alone would do with so few schools.
return study {
  title = "Breakfast clubs, 2025/26",
  question = "Is absence lower in schools once their breakfast club has opened?",
  panel = panel {
    outcome = "absence_rate",
    unit = "school",
    every = "half-term",
    treated_from = intervention "breakfast-club",
  },
  estimators = {
    callaway_santanna { control = "notyet" },
    imputation {},
    twfe {},
    event_study {},
    permutation { draws = 999, seed = 1 },
  },
}
