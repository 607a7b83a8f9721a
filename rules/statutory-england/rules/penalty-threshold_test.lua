return tests "penalty-threshold" {
  calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-31" } },
  case "ten in any mix" {
    given  = { ann = [[GGGGNNNOOU]] },
    as_of  = "2025-09-05",
    expect = { { subject = "ann", sessions = 10, from = "2025-09-01", holiday = 4, unexplained = 3, late = 1, notices = 0,
                 message = "10 unauthorised sessions since 1 September 2025 (4 holiday, 1 late after registers closed, 3 unexplained); notices in three years: 0" } },
  },
  case "nine are not enough" { given = { ann = [[GGGGNNNOO\]] }, as_of = "2025-09-05", expect = none },
  case "authorised absence, lateness before registers close and sessions elsewhere do not count" {
    given = { ann = [[I*10 M*4{C2}*4EE L*5\L\L\ D*10]] }, as_of = "2025-09-26", expect = none,
  },
  case "they need not be in a row, and the half-term holiday is no school week" {
    given  = { ann = [[O*5\/\/\ (/\)*35 (/\)*5 O*5\/\/\]] },
    as_of  = "2025-11-14",
    expect = { { subject = "ann", sessions = 10 } },
  },
  case "the week before the tenth is out" {
    given = { ann = [[O*5\/\/\ (/\)*40 (/\)*5 O*5\/\/\]] }, as_of = "2025-11-21", expect = none,
  },
  case "a week with one open day uses up one of the ten" {
    calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-30" } },
    given    = { ann = [[O*5\/\/\ (/\)*35 /\ (/\)*5 O*5\/\/\]] },
    as_of    = "2025-11-14",
    expect   = none,
  },
  case "unless only full weeks are counted" {
    calendar = { from = "2025-09-01", to = "2025-12-19", closed = { "2025-10-27..2025-10-30" } },
    given    = { ann = [[O*5\/\/\ (/\)*35 /\ (/\)*5 O*5\/\/\]] },
    params   = { school_week = "full" },
    as_of    = "2025-11-14",
    expect   = { { subject = "ann", sessions = 10, from = "2025-09-01" } },
  },
  case "fewer full weeks than asked for: all there are" {
    given  = { ann = [[GGGGNNNOOU]] },
    params = { school_week = "full" },
    as_of  = "2025-09-05",
    expect = { { subject = "ann", sessions = 10, from = "2025-09-01" } },
  },
  case "a reading without N" {
    given = { ann = [[GGGGNNNOOU]], ben = [[GGGGOOOOOU]] }, params = { codes = "G O U" }, as_of = "2025-09-05",
    expect = { { subject = "ben", sessions = 10 } },
  },
  case "the summer holiday is no school week, and a new school year no new count" {
    calendar = { from = "2025-06-30", to = "2025-09-12", closed = { "2025-07-21..2025-08-31" } },
    given    = { ann = [[(/\)*10 O*5\/\/\ (/\)*5 O*5\/\/\]] },
    as_of    = "2025-09-12",
    expect   = { { subject = "ann", sessions = 10 } },
  },
  case "notices on record are counted over three years, and none from before the framework" {
    given  = { ann = [[O*10]], ben = [[O*10]] },
    interventions = {
      { pupil = "ann", kind = "Penalty notice", start = "2025-03-03" },
      { pupil = "ann", kind = "penalty notice", start = "2024-10-07", finish = "2024-11-04" },
      { pupil = "ben", kind = "penalty notice", start = "2024-08-18" },
    },
    as_of  = "2025-09-05",
    expect = { { subject = "ann", notices = 2, latest = "2025-03-03" }, { subject = "ben", notices = 0 } },
  },
}
