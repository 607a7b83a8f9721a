--- Nobody in school has seen the child for ten school days, whatever the reason.
-- Authority: ten school days are those of the attendance return and the first point at which local authorities ask about continuous absence; guidance names
-- no number for seeing a child who is known to be ill. A child at another school (D), on a trip, at alternative provision or on work
-- experience counts as seen there; make sure that they are.
return rule {
  id       = "not-seen",
  title    = "Not seen for ten school days",
  scope    = "pupil",
  level    = "urgent",
  inhibits = "sudden-stop",
  params   = {
    days     = integer { 10, min = 2, max = 60, doc = "school days" },
    expected = integer { 10, min = 1, max = 60, doc = "sessions in them with a mark that is possible, or with no mark" },
  },
  when     = function(pupil, p)
    local window = "last " .. p.days .. " school days"
    if pupil:count("attended", window) > 0 then return end
    local possible, missing = pupil:count("possible", window), pupil:count("missing", window)
    if possible + missing < p.expected then return end
    local seen, absent = pupil:spells("attended"), pupil:count("absent", window)
    return { seen = #seen > 0 and seen[#seen].last or "not this year", absent = absent, illness = pupil:count("illness", window),
             unexplained = pupil:count(codes"N", window), missing = missing }
  end,
  message  = "not seen for {p.days} school days, last: {seen} ({absent} sessions absent, {illness} of them illness, {missing} without a mark): see the child",
  plan     = "see-the-child",
}
