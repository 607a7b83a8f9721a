--- The simulated event study of fixest's walkthrough: treatment in periods 6 to 10, one covariate.
return study {
  title = "Event study, simulated",
  panel = panel {
    csv = "base_did.csv",
    unit = "id",
    time = "period",
    outcome = "y",
    treated_from = "treated_from",
    cluster = "id",
    covariates = { "x1" },
  },
  estimators = { event_study {}, twfe {} },
}
