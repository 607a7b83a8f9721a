-- A weekly register: two lines above the header, the day before the month, * for a register that was not taken. Pupils take the registration
-- group as their group; names are not kept.
return source {
  pupils = { file = "Pupils.csv", date_format = "%d/%m/%Y",
             columns = { pupil_id = "UPN", school_id = "Establishment", group = "Reg Group", year_group = "Year", fsm = "FSM",
                         start_date = "Date of Admission", end_date = "Date of Leaving" },
             attributes = {} },
  marks  = { file = "Weekly Register.csv", skip_lines = 2, layout = "week", date_format = "%d/%m/%Y",
             columns = { pupil_id = "UPN", week = "Week Beginning",
                         mon_am = "Mon AM", mon_pm = "Mon PM", tue_am = "Tue AM", tue_pm = "Tue PM", wed_am = "Wed AM", wed_pm = "Wed PM",
                         thu_am = "Thu AM", thu_pm = "Thu PM", fri_am = "Fri AM", fri_pm = "Fri PM" },
             codes = { ["*"] = "-" } },
}
