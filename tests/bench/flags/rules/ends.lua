--- Mondays and Fridays
return rule {
  id = "ends", title = "Mondays and Fridays", scope = "pupil", level = "review",
  when = function(pupil)
    local absent = pupil:count("absent", "last 12 school weeks")
    if absent < 8 then return end
    local all, ends = 0, 0
    for session, rate in pairs(pupil:weekdays("absent", "last 12 school weeks")) do
      all = all + rate
      if text.starts(session, "mon") or text.starts(session, "fri") then ends = ends + rate end
    end
    return ends / all * absent >= 8 and ends / all >= 0.75
  end,
  message = "flagged",
}
