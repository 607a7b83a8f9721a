--- Illness alone takes a tenth of the sessions.
-- Authority: a tenth is the Department for Education's line for persistent absence, which counts illness like any other absence; ten days are our floor, so that it is
-- not said after one influenza in September. Schools may ask for medical evidence where there is reason to doubt an illness; this rule gives no such
-- reason. It says that the family may need advice.
return rule {
  id     = "medical-advice",
  title  = "Illness takes a tenth of school: suggest medical advice",
  scope  = "pupil",
  level  = "review",
  params = {
    share    = rate { 0.10, min = 0.03, max = 0.5, doc = "of this year's possible sessions" },
    sessions = integer { 20, min = 4, max = 120, doc = "sessions of illness, at least" },
  },
  when   = function(pupil, p)
    local ill, possible = pupil:count(p.illness), pupil:count("possible")
    if ill >= p.sessions and possible > 0 and ill / possible >= p.share then
      return { sessions = ill, possible = possible, rate = ill / possible, spells = #pupil:spells(p.illness), days = ill / 2 }
    end
  end,
  message = "{days:1} school days of illness, {rate:percent} of the year, in {spells} spells: suggest that the family asks the school nurse, pharmacist or GP",
  plan    = "medical-advice",
}
