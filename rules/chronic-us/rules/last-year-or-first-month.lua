--- Chronically absent last year, or, of pupils without a last year here, three or more days missed in the first month.
-- Authority: the hybrid that Gwinnett County compared in 2022-23: flagging by last year's chronic absence alone found 30 to 40% of the pupils who
-- became chronically absent, with three or more days in the first twenty for those who have no last year 43 to 49%, at about the same precision
-- (56 to 77%). Needs marks of last year in the data.
local month = require "month"

return rule {
  id     = "last-year-or-first-month",
  title  = "Chronically absent last year, or three days in the first month",
  scope  = "pupil",
  level  = "watch",
  params = {
    share  = rate { 0.10, min = 0.05, max = 0.5, doc = "of last year's days" },
    before = integer { 45, min = 1, max = 170, doc = "days of last year before it is judged; our choice, New Jersey's minimum" },
    weeks  = integer { 4, min = 1, max = 12, doc = "school weeks that are the first month" },
    missed = number { 3, min = 0.5, max = 20, doc = "days missed in them, for pupils without a last year" },
    news   = integer { 4, min = 0, max = 39, doc = "school weeks after them in which this is still said" },
  },
  when   = function(pupil, p)
    local possible = pupil:count("possible", "last year")
    if possible and possible >= 2 * p.before then
      local absent = pupil:count("absent", "last year")
      if absent / possible >= p.share and #pupil:weeks() <= p.weeks + p.news then
        return { why = "last year", days = absent / 2, of = possible / 2 }
      end
      return
    end
    local missed, enrolled, since = month.first_weeks(pupil, p.weeks)
    if missed and missed >= p.missed and since <= p.news then return { why = "the first month", days = missed, of = enrolled } end
  end,
  message = "{days:1} of {of:1} days missed in {why}",
  plan    = "individual-prevention",
}
