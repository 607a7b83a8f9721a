-- School weeks with the mentor, and the absence rates before and since: ten school weeks before the start, or what there is of them.
local function course(pupil, kind)
  local mentor = pupil:had(kind, "all")
  if not mentor or mentor.finish then return end
  local since = "since " .. mentor.start
  local weeks = #pupil:weeks(since)
  local before = pupil:rate("absent", dates.add(mentor.start, -84) .. ".." .. dates.add(mentor.start, -1))
  return weeks, before, pupil:rate("absent", since), mentor.start
end

return { course = course }
