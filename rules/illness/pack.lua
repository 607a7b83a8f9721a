return pack {
  name    = "illness",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Patterns of illness and appointments in the register, so that a family is asked early and kindly, and pointed to medical advice.",
  params  = {
    illness = codes { "I", doc = "codes that are illness" },
  },
}
