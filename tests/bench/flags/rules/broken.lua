--- Two broken weeks in the half term
return rule {
  id = "broken", title = "Two broken weeks in the half term", scope = "pupil", level = "review",
  when = function(pupil)
    return #pupil:broken_weeks("this half-term") >= 2
  end,
  message = "flagged",
}
