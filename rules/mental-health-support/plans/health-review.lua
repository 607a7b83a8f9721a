return plan {
  id    = "health-review",
  title = "Review of support with other services",
  steps = {
    { id = "together", action = "Child, parents, school and health services meet: what was tried, what helped?", owner = "pastoral lead", due = "10 school days" },
    { id = "plan",     action = "Decide on an individual healthcare plan, reasonable adjustments, or a referral",  owner = "inclusion lead", due = "15 school days" },
    { id = "duty",     action = "Ask the local authority about education for children who cannot attend because of health needs", owner = "inclusion lead", due = "15 school days",
      when = function(pupil) return pupil:count("illness", "last 6 school weeks") >= 30 end },
  },
  review = { after = "6 school weeks", success = function(pupil)
    local since, year = pupil:rate("absent", "since plan"), pupil:rate("absent")
    return since ~= nil and since < year
  end },
}
