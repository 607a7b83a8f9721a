-- Which days are lost.
return calendar_chart { school = "S0002" }
