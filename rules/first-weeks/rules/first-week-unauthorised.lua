--- Unauthorised absence in the first week of a term.
-- Authority: Children's Commissioner for England, three trusts with about 32,000 pupils: pupils with any unauthorised absence in the first week were
-- absent without leave for 25% of that term, others for 2%. FFT Education Datalab, 2024/25: the highest risk of persistent absence is that
-- of secondary pupils whose first-week absence was unauthorised. The floor of six expected sessions is FFT's.
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

return rule {
  id       = "first-week-unauthorised",
  title    = "Unauthorised absence in the first week of term",
  scope    = "pupil",
  level    = "review",
  inhibits = "first-week-absence",
  params   = { sessions = integer { 1, min = 1, max = 40, doc = "unauthorised sessions in the first weeks, at least" } },
  when     = function(pupil, p)
    if pupil:count("unauthorised", "this term") < p.sessions then return end
    local first, ago = first_weeks(pupil, p)
    if first and first.unauthorised >= p.sessions and ago <= p.news then
      return { unauthorised = first.unauthorised, absent = first.absent, possible = first.possible }
    end
  end,
  message  = "{unauthorised} unauthorised sessions in the first {possible} of the term ({absent} missed in all)",
  plan     = "first-conversation",
}
