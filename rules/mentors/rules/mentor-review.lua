--- Twelve weeks or more with a mentor: review it with the pupil.
-- Authority: the English attendance mentor pilots (Barnardo's in Middlesbrough: weekly, up to 20 weeks; Etio in ten areas: 12 to 20 weeks).
-- School weeks with the mentor, and the absence rates before and since: ten school weeks before the start, or what there is of them.
local function course(pupil, kind)
  local mentor = pupil:had(kind, "all")
  if not mentor or mentor.finish then return end
  local since = "since " .. mentor.start
  local weeks = #pupil:weeks(since)
  local before = pupil:rate("absent", dates.add(mentor.start, -84) .. ".." .. dates.add(mentor.start, -1))
  return weeks, before, pupil:rate("absent", since), mentor.start
end

return rule {
  id     = "mentor-review",
  title  = "Mentor: review",
  scope  = "pupil",
  level  = "watch",
  params = { weeks = integer { 12, min = 2, max = 39, doc = "school weeks with the mentor" } },
  when   = function(pupil, p)
    local weeks, before, since, start = course(pupil, p.kind)
    if weeks and weeks >= p.weeks then
      return { weeks = weeks, rate_before = before, rate_since = since, start = start }
    end
  end,
  message = "{weeks} weeks with a mentor since {start:date}: {rate_since:percent} absent",
  plan    = "mentor-review",
}
