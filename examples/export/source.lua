-- An export as a management information system prints it: two lines above the header, semicolons, day before month, M and A for the
-- sessions, and a local character for the code C2.
return source {
  marks  = { file = "Attendance Export.csv", delimiter = ";", skip_lines = 2, layout = "long",
             columns = { pupil_id = "UPN", date = "Mark date", session = "Session", code = "Mark" },
             date_format = "%d/%m/%Y", sessions = { M = "AM", A = "PM" }, codes = { ["+"] = "C2" } },
  pupils = { file = "Pupils.csv", delimiter = ";",
             columns = { pupil_id = "UPN", school_id = "School", year_group = "Year", fsm = "FSM6" } },
}
