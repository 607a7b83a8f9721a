--- Small classes against regular ones in kindergarten, project STAR (Stock & Watson 2007).
return study {
  title = "Small classes",
  panel = panel {
    csv = "star.csv",
    outcome = "score",
    treated = "small",
  },
  estimators = { rct {}, power { by = "pupils" } },
}
