--- Share of 18 to 20 year olds who may drink, and their deaths in traffic, by state (Angrist & Pischke 2014), with
--- bias-reduced standard errors.
return study {
  title = "Legal drinking age and traffic deaths",
  panel = panel {
    csv = "mlda_mv_deaths.csv",
    unit = "state",
    time = "year",
    outcome = "mrate",
    treated = "legal",
    cluster = "state",
    covariates = { "beertaxa" },
  },
  estimators = { twfe { errors = "CR2" }, twfe {} },
}
