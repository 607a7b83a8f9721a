--- A pupil who answers low, or lower than before, on belonging, and whose absence is rising.
-- Authority: ImpactEd, Understanding Attendance: the pupils in the lowest fifth of attendance answer about a tenth lower on belonging; the step from Year 7 to Year 8 is
-- the steepest on every scale. Neither alone is a reason to act: many answer low and come every day. The lowest answer but one of five,
-- a fall by two points, four sessions and five points of absence are our choice.
return rule {
  id     = "belonging-and-absence",
  title  = "Belonging low or falling, absence rising",
  scope  = "pupil",
  level  = "review",
  params = {
    instrument = string { "belonging", doc = "the survey" },
    item       = string { "belong", doc = "its question" },
    low        = number { 2, min = 1, max = 10, doc = "an answer that is low" },
    fall       = number { 2, min = 0.5, max = 9, doc = "or below the mean of the pupil's earlier answers by so much" },
    days       = integer { 120, min = 7, max = 400, doc = "days that an answer is taken for current" },
    points     = rate { 0.05, min = 0.01, max = 1, doc = "rise of the absence rate of the last weeks over the year before them" },
    weeks      = integer { 6, min = 2, max = 20, doc = "school weeks that are the last weeks" },
    sessions   = integer { 4, min = 1, max = 60, doc = "sessions missed in them, at least" },
  },
  when   = function(pupil, p)
    local answers = pupil:responses(p.instrument, p.item)
    if not answers or dates.days(answers.date, pupil.as_of) > p.days then return end
    local before, fallen = nil, false
    if answers.n > 1 then
      before = (answers.mean * answers.n - answers.latest) / (answers.n - 1)
      fallen = before - answers.latest >= p.fall - 1e-9
    end
    if answers.latest > p.low and not fallen then return end
    local recent = "last " .. p.weeks .. " school weeks"
    local absent = pupil:count("absent", recent)
    if absent < p.sessions then return end
    local begins = pupil:weeks(recent)[1].start
    local year = dates.school_year(pupil.as_of) .. "-08-01"
    if begins <= year then return end
    local now, past = pupil:rate("absent", recent), pupil:rate("absent", year .. ".." .. dates.add(begins, -1))
    if now and past and now - past >= p.points then
      return { answer = answers.latest, before = before, date = answers.date, absent = absent, rate = now, past = past }
    end
  end,
  message = "answered {answer:0} on {date:date}; {rate:percent} absent lately, {past:percent} earlier this year: ask, listen, and do not quote the answer",
  plan    = "health-support",
}
