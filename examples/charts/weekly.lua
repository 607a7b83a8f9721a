-- Absence week by week, one line a school, from the registers themselves.
return chart {
  data = function(schools)
    local rows = {}
    for _, school in ipairs(schools) do
      for _, week in ipairs(school:weeks("year")) do
        rows[#rows + 1] = { week = week.start, rate = 100 * (week.rate or 0), school = school.name }
      end
    end
    return rows
  end,
  title    = "Absence rises towards each half term",
  subtitle = "Absence, % of possible sessions, weekly",
  source   = "Source: school registers. Synthetic data.",
  line { x = "week", y = "rate", by = "school", gap = true, label = "end" },
  x = { time = "calendar" },
  y = { unit = "%", from = 0 },
}
