--- Mondays and Fridays
return rule {
  id = "ends", title = "Mondays and Fridays", scope = "pupil", level = "review",
  when = function(pupil)
    local absent = pupil:count("absent", "last 12 school weeks")
    if absent < 8 then return end
    local d = pupil:weekdays("absent", "last 12 school weeks")
    local ends = (d.mon_am or 0) + (d.mon_pm or 0) + (d.fri_am or 0) + (d.fri_pm or 0)
    local rest = (d.tue_am or 0) + (d.tue_pm or 0) + (d.wed_am or 0) + (d.wed_pm or 0) + (d.thu_am or 0) + (d.thu_pm or 0)
    local share = ends / (ends + rest)
    return share * absent >= 8 and share >= 0.75
  end,
  message = "flagged",
}
