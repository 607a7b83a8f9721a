-- Absence by term, as published: the rows of local authorities, a unit for each authority and type of school, a period for each term. Rows of
-- regions, of the nation and of whole years are sums of these and are left out.
return source {
  counts = {
    file = "absence_by_term_2016-17.csv",
    columns = { unit_id = { "la_name", "school_type" }, period = { "time_period", "term" }, possible = "sess_possible",
                authorised = "sess_authorised", unauthorised = "sess_unauthorised", absent = "sess_overall",
                local_authority = "la_name", region = "region_name", phase = "school_type", term = "term" },
    where = { geographic_level = "Local authority", time_period = "201617", term = { "Autumn term", "Spring term", "Summer term" } },
    missing = { ":", "c", "z", "x", "." }, attributes = {},
  },
}
