return pack {
  name    = "early-warning",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Pupils who need someone to look: persistent and severe absence, broken weeks, long absence, unauthorised absence, weekday patterns, a sharp fall.",
}
