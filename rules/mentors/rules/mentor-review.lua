--- Twelve weeks or more with a mentor: review it with the pupil.
-- Authority: the English attendance mentor pilots (Barnardo's in Middlesbrough: weekly, up to 20 weeks; Etio in ten areas: 12 to 20 weeks).
local mentoring = require "mentoring"

return rule {
  id     = "mentor-review",
  title  = "Mentor: review",
  scope  = "pupil",
  level  = "watch",
  params = { weeks = integer { 12, min = 2, max = 39, doc = "school weeks with the mentor" } },
  when   = function(pupil, p)
    local weeks, before, since, start = mentoring.course(pupil, p.kind)
    if weeks and weeks >= p.weeks then
      return { weeks = weeks, rate_before = before, rate_since = since, start = start }
    end
  end,
  message = "{weeks} weeks with a mentor since {start:date}: {rate_since:percent} absent",
  plan    = "mentor-review",
}
