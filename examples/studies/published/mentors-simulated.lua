--- 4,000 simulated pupils, of whom 400 with a tenth of absence in the second window were mentored; the truth is -1.0 points.
return study {
  title = "Mentors, simulated",
  question = "Every plain figure is several times too good. What is left?",
  panel = panel {
    csv = "mentors.csv",
    unit = "pupil",
    time = "window",
    outcome = "absent",
    per = "possible",
    treated_from = "treated_from",
  },
  estimators = { before_after {}, regression_to_the_mean { earlier = true, cut = 0.1 } },
}
