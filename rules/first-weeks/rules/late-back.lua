--- Not back on the first day after a holiday.
-- Authority: absence rises to the end of each half term and is highest in its last week (Department for Education, Pupil attendance in schools, 2025
-- week 29); leave around holidays is mostly coded G. Two sessions, the whole first day, are our choice. Illness alone is left out unless
-- `illness` is set. Sessions missed up to the last day before the holiday are told beside it, since the two together are often one journey.
return rule {
  id     = "late-back",
  title  = "Not back after the holiday",
  scope  = "pupil",
  level  = "watch",
  params = {
    sessions = integer { 2, min = 1, max = 60, doc = "sessions missed in a row from the first day of the half term" },
    illness  = boolean { false, doc = "also where every one of them was illness" },
  },
  when   = function(pupil, p)
    local possible = pupil:spells("possible", "this half-term")[1]
    local away = pupil:spells("absent", "this half-term")[1]
    if not away or not possible or away.first ~= possible.first or away.sessions < p.sessions then return end
    if pupil:count("attended", away.first .. ".." .. away.first) > 0 then return end
    if #pupil:weeks("this half-term") > p.weeks + p.news then return end
    local over = away.first .. ".." .. away.last
    local ill = pupil:count("illness", over)
    if ill == away.sessions and not p.illness then return end
    local last, past = pupil:spells("possible", "last half-term"), pupil:spells("absent", "last half-term")
    local before = 0
    if #past > 0 and #last > 0 and past[#past].last == last[#last].last then before = past[#past].sessions end
    return { sessions = away.sessions, first = away.first, last = away.last, before = before, unauthorised = pupil:count("unauthorised", over), illness = ill }
  end,
  message = "{sessions} sessions missed from {first:date}, the first day after the holiday ({unauthorised} unauthorised), and {before} just before it",
  plan    = "first-conversation",
}
