--- More persistent absence than even the spread between schools of the phase explains.
-- Authority: schools differ for more reasons than chance. The spread between schools of a phase is known from the statistics of more-than-chance: the variance of
-- the standardised counts, with a tenth winsorised at each end, was 3.61 for primary, 13.27 for secondary and 5.80 for special schools
-- in 2018/19. Limits are widened by its square root (Spiegelhalter 2005, Statistics in Medicine 24, 1185-1202, section 4).
local function of_phase(school, p)
  local phase = school.phase or ""
  if text.contains(phase, "rimary") then return p.primary, p.spread_primary end
  if text.contains(phase, "econdary") then return p.secondary, p.spread_secondary end
  if text.contains(phase, "pecial") then return p.special, p.spread_special end
  return p.other, p.spread_other
end

return rule {
  id       = "beyond-others",
  title    = "Persistent absence beyond that of other schools",
  scope    = "school",
  level    = "review",
  inhibits = "more-than-chance",
  params   = {
    pupils           = integer { 30, min = 5, max = 1000, doc = "pupils below which a school is not judged" },
    limit            = number { 3.09, min = 1, max = 6, doc = "standard deviations (3.09: the upper 99.8% limit)" },
    spread_primary   = number { 3.61, min = 1, max = 50, doc = "variance between primary schools, chance = 1" },
    spread_secondary = number { 13.27, min = 1, max = 50, doc = "variance between secondary schools, chance = 1" },
    spread_special   = number { 5.80, min = 1, max = 50, doc = "variance between special schools, chance = 1" },
    spread_other     = number { 5.80, min = 1, max = 50, doc = "variance where the phase is not known, chance = 1" },
  },
  when     = function(school, p)
    local persistent, pupils = school:persistent()
    if not pupils or pupils < p.pupils then return end
    local share, spread = of_phase(school, p)
    local z = chance.z(persistent, pupils, share)
    if z and z >= p.limit * math.sqrt(spread) then
      local absent, unauthorised = school:count("absent"), school:count("unauthorised")
      return { persistent = persistent, pupils = pupils, rate = persistent / pupils, expected = share, deviations = z / math.sqrt(spread),
               absence = school:rate("absent"), unauthorised = absent > 0 and unauthorised / absent or 0 }
    end
  end,
  message  = "{rate:percent} of {pupils} pupils persistently absent where {expected:percent} is usual, {deviations:1} standard deviations; {unauthorised:percent0} of absence is unauthorised",
  plan     = "look-closer",
}
