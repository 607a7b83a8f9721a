--- Ten unauthorised sessions in ten school weeks
return rule {
  id = "unauthorised", title = "Ten unauthorised sessions in ten school weeks", scope = "pupil", level = "review",
  when = function(pupil)
    return pupil:count("unauthorised", "last 10 school weeks") >= 10
  end,
  message = "flagged",
}
