-- Attendance by week, as published since 2022: the rows of local authorities, a unit for each authority and phase, a period for each week. Most
-- schools share their registers daily, so these are counts of most sessions; the rates that are published with them are weighted.
return source {
  counts = {
    file = "weekly_attendance_2025-11-20.csv",
    columns = { unit_id = { "la_name", "education_phase" }, period = { "time_period", "time_identifier" }, possible = "possible_sessions",
                authorised = "authorised_absence", unauthorised = "unauthorised_absence", absent = "overall_absence",
                enrolments = "total_enrolments", local_authority = "la_name", region = "region_name", phase = "education_phase" },
    where = { geographic_level = "Local authority", education_phase = { "Primary", "Secondary", "Special" } },
    missing = { "c", "z", "x", "low", "NA", "" }, attributes = {},
  },
}
