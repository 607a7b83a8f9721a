--- California's tobacco programme of 1989 (Abadie, Diamond & Hainmueller 2010).
return study {
  title = "Proposition 99 and cigarette sales",
  panel = panel {
    csv = "smoking_prop99.csv",
    unit = "state",
    time = "year",
    outcome = "cigsale",
    starts = { California = 1989 },
  },
  estimators = { sdid {}, synthetic_control {}, twfe {} },
}
