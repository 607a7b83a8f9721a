-- What was missed in the first weeks of this term, and how many weeks ago they were; nil where too little was expected, or for a joiner.
local function first_weeks(pupil, p)
  local sum, n = { possible = 0, absent = 0, unauthorised = 0 }, 0
  local all = pupil:weeks("this term")
  if #all == 0 or all[1].possible + all[1].missing == 0 then return end
  for i, week in ipairs(all) do
    if week.possible > 0 then n = n + 1 end
    for name, sessions in pairs(sum) do sum[name] = sessions + week[name] end
    if n >= p.weeks and sum.possible >= p.expected then return sum, #all - i end
  end
end

return { first_weeks = first_weeks }
