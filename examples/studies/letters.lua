--- Letters home, to pupils drawn at random: a trial. Analysed as drawn, with absence before the letters as the
--- one covariate, and two outcomes whose p-values are adjusted for each other.
return study {
  title = "Letters to parents, 2025/26",
  question = "Did pupils whose parents were written to miss less of the rest of the year?",
  panel = panel {
    outcome = { "absence_rate", "unauthorised_rate" },
    unit = "pupil",
    every = "half-term",
    treated_from = intervention "letters",
  },
  adjust = "holm",
  estimators = {
    rct {},
    twfe {},
    before_after {},
  },
}
