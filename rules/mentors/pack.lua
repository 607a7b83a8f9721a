return pack {
  name    = "mentors",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Attendance mentors: who should be offered one while there is room, and what has become of those who have one after 6, 12 and 20 weeks.",
  params  = {
    kind = string { "mentor", doc = "how interventions.csv calls it" },
  },
}
