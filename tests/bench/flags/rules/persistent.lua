--- A tenth of the possible sessions missed, less than half
return rule {
  id = "persistent", title = "A tenth of the possible sessions missed, less than half", scope = "pupil", level = "review",
  when = function(pupil)
    local absent, possible = pupil:count("absent"), pupil:count("possible")
    return possible >= 20 and 10 * absent >= possible and 2 * absent < possible
  end,
  message = "flagged",
}
