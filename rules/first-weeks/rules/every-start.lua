--- A day or more missed in the first week of several half terms of the year.
-- Authority: our own, after the advice of the Children's Commissioner for England on the importance of the first week back; that it happens again is
-- what no single week can show. Two half terms and a day in each are our choice; with three, our first one, the finding came after the fact (README).
return rule {
  id     = "every-start",
  title  = "Away at the start of half term after half term",
  scope  = "pupil",
  level  = "review",
  params = {
    starts   = integer { 2, min = 2, max = 6, doc = "half terms of the year that began so" },
    sessions = integer { 2, min = 1, max = 10, doc = "sessions missed in the first week of each, at least" },
  },
  when   = function(pupil, p)
    if pupil:count("absent") < p.starts * p.sessions then return end
    local starts, missed, begun = 0, 0, 0
    for i = 1, 6 do
      local first = pupil:weeks("HT" .. i)[1]
      if first and first.possible > 0 then
        begun = begun + 1
        if first.absent >= p.sessions then starts, missed = starts + 1, missed + first.absent end
      end
    end
    if starts >= p.starts then return { starts = starts, of = begun, missed = missed } end
  end,
  message = "missed a day or more at the start of {starts} of {of} half terms, {missed} sessions in all",
  plan    = "first-conversation",
}
