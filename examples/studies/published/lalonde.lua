--- The training programme of LaLonde against survey respondents (MatchIt's vignette): matched one to one on the score.
return study {
  title = "Training and earnings",
  panel = panel {
    csv = "lalonde_matchit.csv",
    unit = "id",
    outcome = "re78",
    treated = "treat",
    covariates = { "age", "educ", "married", "nodegree", "re74", "re75" },
    factors = { "race" },
  },
  estimators = { matching { adjust = false }, weighting { adjust = false } },
}
