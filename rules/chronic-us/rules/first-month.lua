--- Two to four days missed in the first month of school.
-- Authority: Olson, Why September Matters (Baltimore 2014): of pupils who missed fewer than two days in September most were fine, of those who
-- missed two to four about half missed a month or more of the year, of those with more than four nearly nine in ten were chronically
-- absent. Schools begin on different days, so that a pupil's own first four school weeks stand for September.
local month = require "month"

return rule {
  id     = "first-month",
  title  = "Two to four days missed in the first month",
  scope  = "pupil",
  level  = "watch",
  params = {
    weeks = integer { 4, min = 1, max = 12, doc = "school weeks that are the first month" },
    from  = number { 2, min = 0.5, max = 20, doc = "days missed, at least" },
    to    = number { 4, min = 0.5, max = 30, doc = "days missed, at most" },
    news  = integer { 4, min = 0, max = 39, doc = "school weeks after them in which this is still said" },
  },
  when   = function(pupil, p)
    local missed, enrolled, since = month.first_weeks(pupil, p.weeks)
    if missed and missed >= p.from and missed <= p.to and since <= p.news then
      return { missed = missed, enrolled = enrolled }
    end
  end,
  message = "{missed:1} of the first {enrolled:1} days missed",
  plan    = "individual-prevention",
}
