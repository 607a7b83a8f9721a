--- More than four days missed in the first month of school.
-- Authority: Olson, Why September Matters (Baltimore 2014): nearly nine in ten of these pupils were chronically absent by the end of the year. See
-- first-month.
-- The days missed in a pupil's own first weeks, whole weeks only; nil until they are over.
local function first_weeks(pupil, weeks)
  local n, absent, possible = 0, 0, 0
  local all = pupil:weeks()
  for i, week in ipairs(all) do
    if week.possible > 0 then
      n, absent, possible = n + 1, absent + week.absent, possible + week.possible
      if n == weeks then
        local over = i < #all or dates.weekday(pupil.as_of) == "fri" or dates.days(week.start, pupil.as_of) >= 5
        if over then return absent / 2, possible / 2, #all - i end
        return
      end
    end
  end
end

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
    local missed, enrolled, since = first_weeks(pupil, p.weeks)
    if missed and missed > p.above and since <= p.news then
      return { missed = missed, enrolled = enrolled }
    end
  end,
  message  = "{missed:1} of the first {enrolled:1} days missed",
  plan     = "early-intervention",
}
