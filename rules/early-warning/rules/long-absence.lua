--- Away for a run of consecutive sessions that has not ended.
-- Authority: the ten school days of continuous absence after which a school makes an attendance return (Education (Pupil
-- Registration) regulations; local guidance, for example Derbyshire). Five days are our earlier warning.
return rule {
  id     = "long-absence",
  title  = "Consecutive absence",
  scope  = "pupil",
  level  = "review",
  params = { sessions = integer { 10, min = 2, max = 60, doc = "consecutive sessions missed" } },
  when   = function(pupil, p)
    local spell = pupil:current("absent")
    if spell and spell.sessions >= p.sessions then
      return { sessions = spell.sessions, days = spell.days, first = spell.first }
    end
  end,
  message = "absent for {sessions} sessions in a row since {first:date}",
  plan    = "home-visit",
}
