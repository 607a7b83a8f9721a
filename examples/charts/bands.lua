-- How absence is distributed, school by school.
return bands_chart {}
