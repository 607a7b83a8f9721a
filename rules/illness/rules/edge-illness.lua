--- Short illness that falls on Mondays and Fridays more often than chance.
-- Authority: absence in England is lowest on Wednesdays and highest on Friday afternoons, by 1.8 points in secondary schools, in good part illness (FFT Education Datalab 2023). Of
-- illnesses of a day or less, two in five would touch a Monday or Friday by chance; the rule asks how likely as many as these would be (exact
-- binomial). Many pupils are looked at, so that at 0.05 some are found by chance alone: a reason to ask, never to accuse.
return rule {
  id     = "edge-illness",
  title  = "Short illness on Mondays and Fridays",
  scope  = "pupil",
  level  = "info",
  params = {
    times  = integer { 4, min = 2, max = 30, doc = "illnesses of a day or less on a Monday or Friday, at least" },
    chance = rate { 0.05, min = 0.0001, max = 0.5, doc = "probability below which chance is no explanation" },
    over   = window { "year", doc = "where they are counted" },
  },
  when   = function(pupil, p)
    if pupil:count(p.illness, p.over) < p.times then return end
    local short, edge = 0, 0
    for _, spell in ipairs(pupil:spells(p.illness, p.over)) do
      if spell.days == 1 then
        short = short + 1
        local day = dates.weekday(spell.first)
        if day == "mon" or day == "fri" then edge = edge + 1 end
      end
    end
    if edge < p.times then return end
    local probability = chance.at_least(edge, short, 0.4)
    if probability < p.chance then return { times = edge, of = short, chance = probability } end
  end,
  message = "{times} of {of} illnesses of a day or less were on a Monday or Friday",
  plan    = "ask-kindly",
}
