--- Ten sessions of unauthorised absence within ten school weeks: the threshold at which a penalty notice must be considered.
-- Authority: national framework for penalty notices in England, from 19 August 2024, as local codes of conduct give it: ten sessions of
-- G, N, O or U in any mix, not necessarily in a row, within a rolling ten school weeks, a school week being any week with at least one
-- session; terms and school years may be crossed; at most two notices in three years, counted from the first on or after 19 August
-- 2024. Readings differ: some letters to parents name G, O and U alone (codes = "G O U"), and one product goes back over ten full weeks
-- (school_week = "full"). A notice is a decision of people, and comes after support has been offered.
local DAYS_OF_THREE_YEARS = 1095

-- Notices on record in the last three years, none before the framework; and the latest of them.
local function notices(pupil, kind)
  local from = dates.add(pupil.as_of, -DAYS_OF_THREE_YEARS)
  if from < "2024-08-19" then from = "2024-08-19" end
  local n, latest, to = 0, nil, pupil.as_of
  while to >= from do
    local notice = pupil:had(kind, from .. ".." .. to)
    if not notice or notice.start < from then break end
    n, latest, to = n + 1, latest or notice.start, dates.add(notice.start, -1)
  end
  return n, latest
end

-- The Monday on which the rolling window begins.
local function begins(pupil, p)
  if p.school_week == "any" then
    local weeks = pupil:weeks("last " .. p.weeks .. " school weeks")
    return weeks[1] and weeks[1].start
  end
  local weeks, full = pupil:weeks("last " .. 3 * p.weeks .. " school weeks"), 0
  for i = #weeks, 1, -1 do
    if weeks[i].possible >= 10 then full = full + 1 end
    if full == p.weeks or i == 1 then return weeks[i].start end
  end
end

return rule {
  id       = "penalty-threshold",
  title    = "Penalty notice threshold: ten unauthorised sessions in ten school weeks",
  scope    = "pupil",
  level    = "urgent",
  inhibits = "penalty-approaching",
  params   = {
    sessions    = integer { 10, min = 1, max = 100, doc = "unauthorised sessions; fixed by the framework" },
    weeks       = integer { 10, min = 1, max = 39, doc = "school weeks; fixed by the framework" },
    codes       = codes { "G N O U", doc = "codes that count" },
    school_week = choice { "any", of = { "any", "full" }, doc = "any: a week with at least one session; full: short weeks do not use up the ten" },
    notice      = string { "penalty notice", doc = "how the data calls a notice, in interventions" },
  },
  when     = function(pupil, p)
    local from = begins(pupil, p)
    if not from then return end
    local window = "since " .. from
    local sessions = pupil:count(p.codes, window)
    if sessions < p.sessions then return end
    local earlier, latest = notices(pupil, p.notice)
    return { sessions = sessions, from = from, holiday = pupil:count(codes"G", window), unexplained = pupil:count(codes"N", window),
             late = pupil:count(codes"U", window), notices = earlier, latest = latest }
  end,
  message  = "{sessions} unauthorised sessions since {from:date} ({holiday} holiday, {late} late after registers closed, {unexplained} unexplained); notices in three years: {notices}",
  plan     = "penalty-review",
}
