return pack {
  name    = "transition",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "The first year at secondary school: a quiet start that does not last, a Year 6 that was already hard, and a gap that opens for disadvantaged pupils.",
  applies = { country = "England", pupils = "year_group" },
  params  = {
    year = integer { 7, min = 1, max = 13, doc = "the year group that is new in the school" },
  },
}
