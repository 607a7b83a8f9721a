--- A mentor whose work is done, or has come to its end.
-- Authority: 20 weeks are the longest course of the English pilots. "Done" is our choice: the course of 12 weeks served, and less than a twentieth missed in the last
-- six. The place goes to the next pupil. That "about half improved" in the first pilot had no comparison: measure with muster study.
local mentoring = require "mentoring"

return rule {
  id       = "mentor-stop",
  title    = "Mentor: finish, or decide to go on",
  scope    = "pupil",
  level    = "review",
  inhibits = "mentor-review",
  params   = {
    most   = integer { 20, min = 2, max = 39, doc = "school weeks with the mentor at which it ends unless someone decides otherwise" },
    least  = integer { 12, min = 2, max = 39, doc = "school weeks before it ends because all is well" },
    below  = rate { 0.05, min = 0.01, max = 0.5, doc = "absence in the recent weeks that is well" },
    recent = integer { 6, min = 2, max = 20, doc = "school weeks that are the recent ones" },
  },
  when     = function(pupil, p)
    local weeks, before, since, start = mentoring.course(pupil, p.kind)
    if not weeks then return end
    local recent = pupil:rate("absent", "last " .. p.recent .. " school weeks")
    local why = weeks >= p.most and "the course is over" or weeks >= p.least and recent and recent < p.below and "attendance is well"
    if why then return { why = why, weeks = weeks, rate_before = before, rate_since = since, recent = recent, start = start } end
  end,
  message  = "{weeks} weeks with a mentor: {why} ({recent:percent} absent lately)",
  plan     = "mentor-end",
}
