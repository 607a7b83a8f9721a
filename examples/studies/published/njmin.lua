--- Fast-food employment before and after New Jersey raised its minimum wage (Card & Krueger 1994).
return study {
  title = "Minimum wage and fast-food employment",
  panel = panel {
    csv = "njmin.csv",
    unit = "id",
    time = "d",
    outcome = "fte",
    treated_from = "treated_from",
  },
  estimators = { did {} },
}
