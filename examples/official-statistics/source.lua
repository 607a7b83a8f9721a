-- The official absence statistics by school, 2018/19, as published: put absence_3term_2018-19.csv into this folder, or link it here.
-- Source: Department for Education, Pupil absence in schools in England, 2018/19 (Open Government Licence v3.0).
return source {
  counts = {
    file    = "absence_3term_2018-19.csv",
    where   = { geographic_level = "School" },
    missing = { ":", "c", "z", "x", ".", ".." },
    columns = {
      unit_id      = "urn",
      period       = "time_period",
      possible     = "sess_possible",
      authorised   = "sess_authorised",
      unauthorised = "sess_unauthorised",
      enrolments   = "enrolments",
      persistent   = "enrolments_pa_10_exact",
      phase           = "school_type",
      region          = "region_name",
      local_authority = "la_name",
    },
  },
}
