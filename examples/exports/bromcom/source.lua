-- A strip of marks a pupil from a start date on, tabs between columns. A strip has one character a session, so the system writes t where the
-- code is C2, and v where it is Y1.
return source {
  pupils = { file = "pupils.tsv", delimiter = "tab",
             columns = { pupil_id = "AdmNo", school_id = "School", group = "Tutor group", year_group = "Year" } },
  marks  = { file = "history.tsv", delimiter = "tab", layout = "strip", date_format = "%d-%b-%Y",
             columns = { pupil_id = "AdmNo", start_date = "Start", marks = "Marks" },
             codes = { t = "C2", v = "Y1" } },
}
