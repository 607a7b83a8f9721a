--- Six weeks with a mentor, and absence no lower than before.
-- Authority: our choice; six school weeks are half of the shortest course of the English pilots (12 to 20 weeks), time enough to change the mentor, the hour or the
-- aim. Pupils get a mentor when their absence is high, and high absence falls by itself: a fall is no proof that it works, but no fall is a reason
-- to ask.
local mentoring = require "mentoring"

return rule {
  id     = "mentor-no-change",
  title  = "With a mentor, and no change",
  scope  = "pupil",
  level  = "watch",
  params = {
    weeks  = integer { 6, min = 2, max = 20, doc = "school weeks with the mentor before this is asked" },
    before = integer { 12, min = 3, max = 39, doc = "and up to this many, after which the review asks" },
    better = rate { 0.02, min = 0, max = 0.5, doc = "fall of the absence rate that counts as a change" },
  },
  when   = function(pupil, p)
    local weeks, before, since, start = mentoring.course(pupil, p.kind)
    if not weeks or weeks < p.weeks or weeks >= p.before or not before or not since then return end
    if before - since < p.better then return { weeks = weeks, rate_before = before, rate_since = since, start = start } end
  end,
  message = "{weeks} weeks with a mentor: {rate_since:percent} absent, {rate_before:percent} before",
  plan    = "rethink",
}
