-- Who has used up a tenth of the year, and who is on course to.
return cumulative_chart { school = "S0002", where = { year_group = 9 } }
