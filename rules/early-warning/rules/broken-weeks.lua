--- Two or more broken weeks in one half term.
-- A broken week has some absence and some attendance.
-- Authority: attendance hubs review a pupil after two; no national threshold exists.
return rule {
  id     = "broken-weeks",
  title  = "Two broken weeks in a half term",
  scope  = "pupil",
  level  = "review",
  params = { weeks = integer { 2, min = 1, max = 7, doc = "broken weeks before a review" } },
  when   = function(pupil, p)
    local broken = pupil:broken_weeks("this half-term")
    if #broken >= p.weeks then
      return { weeks = #broken, first = broken[1].start, last = broken[#broken].start }
    end
  end,
  message = "{weeks} broken weeks since {first:date}",
  hold    = "until half-term end",
  plan    = "attendance-panel",
}
