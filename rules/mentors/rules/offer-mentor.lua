--- Absent enough for a mentor, not so much that a mentor alone is too little, and among those with room.
-- Authority: mentoring is the best known approach for pupils who are persistently but not severely absent. Check & Connect in Chicago, a randomised trial: 3.4 days
-- less missed a year (20%) in grades 5 to 7, nothing in grades 1 to 4, which is why years 5 to 11 are the default; the English pilots mentor weekly
-- for 12 to 20 weeks, and found it hard to fill and to keep places (223 of 339 referred were supported). A tenth and a half of the sessions are the Department
-- for Education's lines for persistent and severe. Places go to the highest absence below a half; pupils who have a mentor keep their place.
return rule {
  id     = "offer-mentor",
  title  = "Offer a mentor",
  scope  = "pupil",
  level  = "review",
  params = {
    from     = rate { 0.10, min = 0.02, max = 0.5, doc = "absence this year, from" },
    below    = rate { 0.50, min = 0.1, max = 1, doc = "and below; beyond it a mentor alone is too little" },
    possible = integer { 60, min = 20, max = 380, doc = "possible sessions before a rate is judged: six weeks" },
    places   = integer { 20, min = 1, max = 500, doc = "pupils whom the mentors of one school can see each week" },
    youngest = integer { 5, min = 0, max = 13, doc = "youngest year group" },
    again    = integer { 12, min = 0, max = 39, doc = "school weeks after the end of a mentor in which nobody is offered another" },
  },
  when   = function(pupil, p)
    local possible, absent = pupil:count("possible"), pupil:count("absent")
    if possible < p.possible then return end
    local rate = absent / possible
    if rate < p.from or rate >= p.below then return end
    if type(pupil.year_group) == "number" and pupil.year_group < p.youngest then return end
    local place = pupil:rank("absent") - (pupil:school():severe())
    if place > p.places then return end
    local had = pupil:had(p.kind, "all")
    if had and (not had.finish or #pupil:weeks("since " .. had.finish) <= p.again) then return end
    return { absent = absent, possible = possible, rate = rate, place = place, places = p.places, last = had and had.start or nil }
  end,
  message = "{absent} of {possible} sessions missed, {rate:percent}: number {place} of {places} places",
  plan    = "mentoring",
}
