--- County teen employment and state minimum wages (Callaway & Sant'Anna 2021), given log population.
return study {
  title = "Minimum wages and teen employment",
  panel = panel {
    csv = "mpdta.csv",
    unit = "countyreal",
    time = "year",
    outcome = "lemp",
    treated_from = "first.treat",
    never = { 0 },
    cluster = "countyreal",
    covariates = { "lpop" },
  },
  estimators = { callaway_santanna { control = "never" } },
}
