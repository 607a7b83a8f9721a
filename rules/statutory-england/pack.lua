return pack {
  name    = "statutory-england",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "What a school in England must notice by law or national framework from 19 August 2024: the penalty notice threshold, sickness, attendance and new-pupil returns, and marks of N that nobody has resolved.",
  applies = { country = "England" },
  params  = {
    sickness = integer { 30, min = 2, max = 100, doc = "sessions of illness that call for a sickness return; thirty are fifteen school days" },
  },
}
