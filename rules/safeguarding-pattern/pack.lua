return pack {
  name    = "safeguarding-pattern",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Patterns in the register after which someone should make sure, the same day, that a child is safe: a sudden stop, missing marks, no reason known, not seen.",
}
