--- No marks for a pupil on roll, while others of the school have theirs.
-- Authority: every pupil on roll has a mark in every session (School Attendance (Pupil Registration) (England) Regulations 2024, regulation 10). A gap is
-- mostly a mistake in the register; it is also where a child who never arrived, or was moved between lists, cannot be seen. Two days are our
-- choice. Where more than a fifth of the school's own marks are missing it is the register, and this rule is silent.
return rule {
  id     = "missing-marks",
  title  = "No marks while on roll: find out where the child is",
  scope  = "pupil",
  level  = "urgent",
  params = {
    sessions = integer { 4, min = 1, max = 40, doc = "open sessions without a mark, at least" },
    over     = window { "last 5 school days", doc = "where they are counted" },
    school   = rate { 0.20, min = 0, max = 1, doc = "share of the school's sessions without a mark above which it is the register" },
  },
  when   = function(pupil, p)
    local missing = pupil:count("missing", p.over)
    if missing < p.sessions then return end
    local school = pupil:school()
    local gaps = school:count("missing", p.over)
    if gaps / (gaps + school:count("possible", p.over)) > p.school then return end
    local seen = pupil:spells("attended")
    return { sessions = missing, seen = #seen > 0 and seen[#seen].last or "not this year" }
  end,
  message = "{sessions} sessions without a mark in the last school days, while others have theirs; last seen: {seen}. Find out today where the child is",
  plan    = "same-day",
}
