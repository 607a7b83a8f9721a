--- Ten sessions in a row missed
return rule {
  id = "long", title = "Ten sessions in a row missed", scope = "pupil", level = "review",
  when = function(pupil)
    local spell = pupil:current("absent")
    return spell and spell.sessions >= 10
  end,
  message = "flagged",
}
