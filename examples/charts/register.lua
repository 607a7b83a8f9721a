-- A tutor group's register as a strip: absence is the figure, presence the ground.
return register_chart {
  school = "S0002", where = { group = "9B" }, pupils = 30, weeks = 7,
  title    = "Tutor group 9B, session by session",
  subtitle = "Lindenmarsh Academy (synthetic), morning then afternoon, lowest attendance first",
}
