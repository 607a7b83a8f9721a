--- Half of the possible sessions missed
return rule {
  id = "severe", title = "Half of the possible sessions missed", scope = "pupil", level = "review",
  when = function(pupil)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    return possible >= 20 and 2 * absent >= possible
  end,
  message = "flagged",
}
