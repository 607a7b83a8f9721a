return pack {
  name    = "mental-health-support",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Pupils whose absence through illness, or whose own answers together with rising absence, are a reason to ask how they are; with a health and mental health support plan. It diagnoses nothing.",
  params  = {
    over = window { "last 12 school weeks", doc = "the weeks that are looked at" },
  },
}
