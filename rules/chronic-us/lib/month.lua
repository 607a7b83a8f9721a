-- The days missed in a pupil's own first weeks, whole weeks only; nil until they are over.
local function first_weeks(pupil, weeks)
  local n, absent, possible = 0, 0, 0
  local all = pupil:weeks()
  for i, week in ipairs(all) do
    if week.possible > 0 then
      n, absent, possible = n + 1, absent + week.absent, possible + week.possible
      if n == weeks then
        local over = i < #all or dates.weekday(pupil.as_of) == "fri" or dates.days(week.start, pupil.as_of) >= 5
        if over then return absent / 2, possible / 2, #all - i end
        return
      end
    end
  end
end

return { first_weeks = first_weeks }
