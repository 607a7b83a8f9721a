--- An attendance hub that half of the secondary schools join on the same day. Schools are the units, weeks the times.
return study {
  title = "Joining an attendance hub, 2025/26",
  question = "Is absence lower in schools of the hub than it would have been?",
  panel = panel {
    outcome = "absence_rate",
    unit = "school",
    every = "week",
    treated_from = intervention "hub",
  },
  estimators = {
    twfe {},
    did {},
    event_study { leads = 6, lags = 12 },
    its { period = 39 },
    permutation { draws = 999, seed = 1 },
    power { effect = -0.01, draws = 50, seed = 1 },
  },
}
