-- A row a mark, in words: sessions are Morning and Afternoon, marks have their code behind them, dates are written 01 Sep 2025.
return source {
  pupils = { file = "Students.csv",
             columns = { pupil_id = "UPN", school_id = "Site", year_group = "Year group", sen = "SEN status", pupil_premium = "Pupil Premium" } },
  marks  = { file = "Attendance marks.csv", layout = "long", date_format = "%d %b %Y",
             columns = { pupil_id = "UPN", date = "Date", session = "Session", code = "Mark", minutes_late = "Minutes late" },
             sessions = { Morning = "AM", Afternoon = "PM" },
             codes = { ["Present"] = "/", ["Late (L)"] = "L", ["Illness (I)"] = "I", ["Unauthorised (O)"] = "O",
                       ["Part-time timetable (C2)"] = "C2", ["No mark"] = "-" } },
}
