--- Was in school nearly every day, and has stopped coming, with no reason that the school accepts.
-- Authority: absence without explanation can be a sign that something has happened to a child; guidance on safeguarding asks schools to act on
-- it, and gives no number. Two days after six weeks with at most a twentieth missed are our choice. Illness and leave that was granted are left
-- out: not-seen asks about those when they last.
return rule {
  id     = "sudden-stop",
  title  = "Sudden stop in attendance: make sure that the child is safe",
  scope  = "pupil",
  level  = "urgent",
  params = {
    sessions = integer { 4, min = 1, max = 40, doc = "sessions missed in a row until now, at least" },
    before   = rate { 0.05, min = 0, max = 0.5, doc = "absence rate before, at most" },
    days     = integer { 42, min = 7, max = 200, doc = "days before the stop that are looked at" },
    possible = integer { 20, min = 2, max = 200, doc = "possible sessions in them, at least" },
    codes    = codes { "N O", doc = "codes of absence without a reason that the school accepts" },
  },
  when   = function(pupil, p)
    local spell = pupil:current(p.codes)
    if spell.sessions < p.sessions then return end
    local past = dates.add(spell.first, -p.days) .. ".." .. dates.add(spell.first, -1)
    if pupil:count("possible", past) < p.possible then return end
    local before = pupil:rate("absent", past)
    if before <= p.before then
      return { sessions = spell.sessions, first = spell.first, before = before, unexplained = pupil:current(codes"N").sessions }
    end
  end,
  message = "{sessions} sessions missed since {first:date} without an accepted reason, after weeks with {before:percent} absence: make sure today that the child is safe",
  plan    = "same-day",
}
