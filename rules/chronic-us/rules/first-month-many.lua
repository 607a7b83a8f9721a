--- More than four days missed in the first month of school.
-- Authority: Olson, Why September Matters (Baltimore 2014): nearly nine in ten of these pupils were chronically absent by the end of the year. See
-- first-month.
local month = require "month"

return rule {
  id       = "first-month-many",
  title    = "More than four days missed in the first month",
  scope    = "pupil",
  level    = "review",
  inhibits = "first-month",
  params   = {
    weeks = integer { 4, min = 1, max = 12, doc = "school weeks that are the first month" },
    above = number { 4, min = 0.5, max = 30, doc = "days missed, more than" },
    news  = integer { 4, min = 0, max = 39, doc = "school weeks after them in which this is still said" },
  },
  when     = function(pupil, p)
    local missed, enrolled, since = month.first_weeks(pupil, p.weeks)
    if missed and missed > p.above and since <= p.news then
      return { missed = missed, enrolled = enrolled }
    end
  end,
  message  = "{missed:1} of the first {enrolled:1} days missed",
  plan     = "early-intervention",
}
