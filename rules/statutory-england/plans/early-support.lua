return plan {
  id    = "early-support",
  title = "Support before the threshold",
  steps = {
    { id = "codes",  action = "Resolve each N",                                    owner = "attendance team", due = "1 school day" },
    { id = "talk",   action = "Ask pupil and parent what is in the way",           owner = "tutor",           due = "3 school days" },
    { id = "agree",  action = "Agree one change, and say plainly where the threshold is", owner = "attendance lead", due = "5 school days" },
  },
  review = { after = "4 school weeks", success = function(pupil) return pupil:count(codes"G N O U", "since plan") < 2 end },
}
