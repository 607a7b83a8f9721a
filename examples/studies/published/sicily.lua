--- Acute coronary events in Sicily by month, and the smoking ban of January 2005 (Lopez Bernal et al. 2017): a rate per
--- standard population, as counts with that population as exposure.
return study {
  title = "Smoking ban and acute coronary events",
  panel = panel {
    csv = "sicily.csv",
    unit = "region",
    time = "time",
    outcome = "aces",
    per = "stdpop",
    starts = { Sicily = 37 },
  },
  estimators = { its { family = "poisson", slope = false }, its { family = "quasi-poisson", slope = false } },
}
