return pack {
  name    = "schools",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "For hubs and trusts: schools with more persistent absence than chance explains, counted in pupils. Look closer, not a league table.",
  params  = {
    primary   = rate { 0.0825, min = 0.01, max = 0.6, doc = "persistent absence expected in primary schools" },
    secondary = rate { 0.1369, min = 0.01, max = 0.6, doc = "persistent absence expected in secondary schools" },
    special   = rate { 0.2885, min = 0.01, max = 0.9, doc = "persistent absence expected in special schools" },
    other     = rate { 0.1086, min = 0.01, max = 0.9, doc = "persistent absence expected where the phase is not known" },
  },
}
