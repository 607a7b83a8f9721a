--- The same without covariates.
return study {
  title = "Minimum wages and teen employment, no covariates",
  panel = panel {
    csv = "mpdta.csv",
    unit = "countyreal",
    time = "year",
    outcome = "lemp",
    treated_from = "first.treat",
    never = { 0 },
    cluster = "countyreal",
  },
  estimators = { callaway_santanna { control = "never" }, twfe {}, event_study {} },
}
