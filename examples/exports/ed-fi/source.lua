-- Absence events by the day, as student information systems send them to an Ed-Fi store: an event of duration 1 is both sessions, one of half a day
-- is taken for the morning. What nobody recorded is presence. Two codes of its own say what an excused and an unexcused absence count as; their
-- chronic absence counts both.
return source {
  pupils = { file = "studentSchoolAssociations.csv",
             columns = { pupil_id = "StudentUniqueId", school_id = "SchoolId", start_date = "EntryDate", end_date = "ExitWithdrawDate",
                         year_group = "EntryGradeLevelDescriptor" } },
  marks  = { file = "studentSchoolAttendanceEvents.csv", layout = "absences",
             columns = { pupil_id = "StudentUniqueId", school_id = "SchoolId", date = "EventDate", session = "EventDuration",
                         code = "AttendanceEventCategoryDescriptor" },
             sessions = { ["1"] = "DAY", ["0.5"] = "AM" },
             codes = { ["uri://ed-fi.org/AttendanceEventCategoryDescriptor#Excused Absence"] = "EXC",
                       ["uri://ed-fi.org/AttendanceEventCategoryDescriptor#Unexcused Absence"] = "UNX",
                       ["uri://ed-fi.org/AttendanceEventCategoryDescriptor#Tardy"] = "L" } },
  codes  = { { code = "EXC", categories = { "possible", "authorised" }, meaning = "excused absence" },
             { code = "UNX", categories = { "possible", "unauthorised" }, meaning = "unexcused absence" } },
}
