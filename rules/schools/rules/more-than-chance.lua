--- More persistently absent pupils than chance alone would give a school of this size and phase.
-- Authority: expected shares are those of the Department for Education, Pupil absence in schools in England 2018/19 (328,745 of 3,985,705 in primary, 412,485
-- of 3,014,063 in secondary, 30,633 of 106,190 in special schools); set pack.primary and the others to compare with another year.
-- Method: exact binomial limits on pupils, as in a funnel plot (Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202). The limit is
-- on pupils because the sessions of one pupil are no independent evidence.
local function expected_share(school, p)
  local phase = school.phase or ""
  if text.contains(phase, "rimary") then return p.primary end
  if text.contains(phase, "econdary") then return p.secondary end
  if text.contains(phase, "pecial") then return p.special end
  return p.other
end

return rule {
  id     = "more-than-chance",
  title  = "More persistent absence than chance explains",
  scope  = "school",
  level  = "watch",
  params = {
    pupils = integer { 30, min = 5, max = 1000, doc = "pupils below which a school is not judged" },
    chance = rate { 0.001, min = 0.0001, max = 0.05, doc = "probability below which chance is no explanation (0.001: the upper 99.8% limit)" },
  },
  when   = function(school, p)
    local persistent, pupils = school:persistent()
    if not pupils or pupils < p.pupils then return end
    local share = expected_share(school, p)
    local probability = chance.at_least(persistent, pupils, share)
    if probability and probability < p.chance then
      local absent, unauthorised = school:count("absent"), school:count("unauthorised")
      return { persistent = persistent, pupils = pupils, rate = persistent / pupils, expected = math.floor(share * pupils + 0.5),
               more = persistent - math.floor(share * pupils + 0.5), absence = school:rate("absent"),
               unauthorised = absent > 0 and unauthorised / absent or 0 }
    end
  end,
  message = "{persistent} of {pupils} pupils persistently absent ({rate:percent}), {more} more than expected; {unauthorised:percent0} of absence is unauthorised",
  plan    = "look-closer",
}
