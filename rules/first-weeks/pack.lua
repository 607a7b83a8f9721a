return pack {
  name    = "first-weeks",
  version = "1.0.0",
  api     = 1,
  licence = "GPL-3.0-or-later",
  authors = { "muster" },
  about   = "Absence in the first week of a term and after holidays: a first conversation while the term is young, not a forecast.",
  applies = { country = "England" },
  params  = {
    weeks    = integer { 1, min = 1, max = 4, doc = "school weeks that are the first weeks of a term" },
    expected = integer { 6, min = 1, max = 40, doc = "possible sessions in them before a pupil is judged; where there are fewer, the next week is taken in" },
    news     = integer { 3, min = 0, max = 20, doc = "school weeks after them in which this is still said" },
  },
}
