--- Drivers killed or seriously injured in Great Britain by month, and the seat-belt law of February 1983.
return study {
  title = "Seat belts",
  panel = panel {
    csv = "seatbelts.csv",
    unit = "country",
    time = "t",
    outcome = "log_drivers",
    starts = { GB = 170 },
  },
  estimators = { its { period = 12, season_levels = true, lag = 12 } },
}
