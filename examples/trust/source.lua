-- How the synthetic trust is laid out, in the words of source.lua. It needs no source.lua of its own: these are the names and columns that
-- muster expects where nothing else is said.
return source {
  schools  = { file = "schools.csv" },
  pupils   = { file = "pupils.csv" },
  calendar = { file = "calendar.csv" },
  terms    = { file = "terms.csv" },
  marks    = { file = "marks.csv", layout = "long",
               columns = { pupil_id = "pupil_id", date = "date", session = "session", code = "code" } },
}
