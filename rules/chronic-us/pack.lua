return pack {
  name    = "chronic-us",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Chronic absence for the United States: a tenth of the days enrolled, for any reason, in three tiers, and who is heading there after the first month.",
  applies = { country = "United States" },
  params  = {
    days = integer { 10, min = 1, max = 90, doc = "days enrolled before a pupil is judged: 10 EDFacts, Florida, New Mexico; 31 California (more than 30); 45 New Jersey" },
  },
}
