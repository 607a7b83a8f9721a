/* The life of a finding: the state machine step by step, and that looking back from a date gives the same life as
 * stepping forward to it. */
#include "support.h"

#include "muster/engine/run.h"

/* Monday 1 September to Friday 26 September, all open. */
static muster_register *four_weeks(void) {
  muster_register *reg = muster_register_new();
  enrol(reg, "ann", "oak");
  open_weeks(reg, "2025-09-01", 4);
  seal(reg);
  return reg;
}

/* Steps day by day over weekdays: '1' true, '0' not. Gives back one letter a day: . nothing, F finding, h held. */
static const char *days_of(const muster_register *reg, const muster_rule *rule, const char *truth, char out[32]) {
  muster_life life = muster_life_new();
  muster_date date = day("2025-09-01");
  size_t n = 0;
  for (; truth[n]; n++, date++) {
    while (muster_date_weekday(date) > 4) date++;
    muster_life_step(&life, rule, reg, 0, date, truth[n] == '1', date);
    out[n] = !muster_life_reports(&life) ? '.' : muster_life_held(&life) ? 'h' : 'F';
  }
  out[n] = 0;
  return out;
}

static void without_durations_a_finding_is_the_truth(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("plain");
  char out[32];
  assert_string_equal(days_of(reg, &rule, "0110100", out), ".FF.F..");
  muster_register_free(reg);
}

static void for_waits_until_it_has_lasted(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("waits", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 3});
  char out[32];
  assert_string_equal(days_of(reg, &rule, "1110111110", out), ".......FF.");
  muster_register_free(reg);
}

static void hold_keeps_it_and_then_lets_it_go(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("holds", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 2});
  char out[32];
  assert_string_equal(days_of(reg, &rule, "1000010010", out), "Fhh..FhhFh");
  muster_register_free(reg);
}

static void rearm_waits_for_the_return(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("rearms", .rearm = {MUSTER_LASTS_SCHOOL_DAYS, 2});
  char out[32];
  /* true again after one day: silent; after two days untrue it is armed */
  assert_string_equal(days_of(reg, &rule, "1101100110", out), "FF.....FF.");
  muster_register_free(reg);
}

static void a_finding_held_and_true_again_is_the_same_finding(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("holds", .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1});
  muster_life life = muster_life_new();
  muster_date monday = day("2025-09-01");
  muster_life_step(&life, &rule, reg, 0, monday, true, monday);
  muster_life_step(&life, &rule, reg, 0, monday + 3, false, monday);
  assert_true(muster_life_held(&life));
  muster_life_step(&life, &rule, reg, 0, monday + 7, true, monday + 7);
  assert_int_equal(life.since, monday);
  muster_life_step(&life, &rule, reg, 0, monday + 14, false, monday);
  assert_true(muster_life_held(&life)); /* on the day it ends it is still there */
  muster_life_step(&life, &rule, reg, 0, monday + 15, false, monday);
  assert_false(muster_life_reports(&life));
  muster_register_free(reg);
}

static void a_hold_that_ended_between_ticks_makes_a_new_finding(void **state) {
  (void)state;
  muster_register *reg = four_weeks();
  muster_rule rule = A_RULE("holds", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 1});
  muster_life life = muster_life_new();
  muster_date monday = day("2025-09-01");
  muster_life_step(&life, &rule, reg, 0, monday, true, monday);
  muster_life_step(&life, &rule, reg, 0, monday + 1, false, monday);
  muster_life_step(&life, &rule, reg, 0, monday + 4, true, monday + 3);
  assert_int_equal(life.since, monday + 3);
  muster_register_free(reg);
}

static void ticks_are_ends_of_school_weeks_or_open_days(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\-- ---------- /\\/\\/\\/\\/\\");
  seal(reg);
  muster_date ticks[MUSTER_MOST_TICKS];
  assert_int_equal(muster_ticks(reg, 0, day("2025-09-17"), false, ticks), 2);
  assert_int_equal(ticks[0], day("2025-09-04"));
  assert_int_equal(ticks[1], day("2025-09-17"));
  assert_int_equal(muster_ticks(reg, 0, day("2025-09-14"), false, ticks), 1);
  assert_int_equal(muster_ticks(reg, 0, day("2025-09-17"), true, ticks), 7);
  assert_int_equal(muster_ticks(reg, 0, day("2025-08-20"), true, ticks), 0);
  assert_false(muster_school_closed(reg, 0, day("2025-09-05")));
  assert_false(muster_school_closed(reg, 0, day("2025-09-12"))); /* no marks yet is not a closure */
  muster_register_free(reg);
}

/* ---- looking back equals stepping forward ---- */

static bool three_in_five_days(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint64_t n = absences(desk, s, "last 5 school days");
  snprintf(message, 80, "%d absences", (int)n);
  snprintf(evidence, 80, "{\"n\":%d}", (int)n);
  return n >= 3;
}

/* The first day of the truth within the week of `tick`, by asking day after day. */
static muster_date true_from(muster_desk *desk, const muster_subject *s, const bool *truth_by_day, muster_date first,
                             muster_date tick, muster_date before) {
  (void)desk, (void)s;
  muster_date from = tick;
  for (muster_date d = tick - 1; d > before && d >= muster_date_monday(tick) && truth_by_day[d - first]; d--)
    if (muster_date_weekday(d) < 5) from = d;
  return from;
}

static muster_life step_forward(const muster_register *reg, const muster_rule *rule, const muster_subject *s,
                                muster_date as_of) {
  enum { DAYS = 200 };
  bool truth[DAYS];
  muster_date first = day("2025-09-01"), ticks[MUSTER_MOST_TICKS];
  muster_desk *desk = desk_at(reg, NULL, "2025-09-01");
  char text[80];
  for (muster_date d = first; d <= as_of; d++) {
    muster_desk_set_as_of(desk, d);
    truth[d - first] = three_in_five_days(desk, s, text, text);
  }
  size_t n = muster_ticks(reg, s->school, as_of, muster_rule_daily(rule), ticks);
  muster_life life = muster_life_new();
  for (size_t k = 0; k < n; k++) {
    muster_date before = k ? ticks[k - 1] : first - 1;
    muster_date at = k + 1 == n ? as_of : ticks[k];
    muster_life_step(&life, rule, reg, s->school, ticks[k], truth[at - first],
                     true_from(desk, s, truth, first, ticks[k], before));
  }
  muster_desk_close(desk);
  return life;
}

static void looking_back_gives_the_same_life_as_stepping_forward(void **state) {
  (void)state;
  enum { PUPILS = 24 };
  muster_register *reg = restless(PUPILS, 12);
  const muster_rule kinds[] = {
      A_RULE("plain"),
      A_RULE("for-days", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 2}),
      A_RULE("for-week", .for_ = {MUSTER_LASTS_SCHOOL_WEEKS, 1}),
      A_RULE("hold-week", .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1}),
      A_RULE("hold-half", .hold = {MUSTER_LASTS_HALF_TERM, 1}),
      A_RULE("all-days", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 1}, .hold = {MUSTER_LASTS_SCHOOL_DAYS, 4},
             .rearm = {MUSTER_LASTS_SCHOOL_DAYS, 6}),
      A_RULE("all-weeks", .for_ = {MUSTER_LASTS_SCHOOL_WEEKS, 1}, .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1},
             .rearm = {MUSTER_LASTS_SCHOOL_WEEKS, 2}),
  };
  enum { KINDS = sizeof kinds / sizeof *kinds };
  c_rules rules = rules_in_c(kinds, KINDS);
  for (size_t r = 0; r < KINDS; r++) rules.when[r] = three_in_five_days;
  size_t reported = 0, held = 0;
  for (muster_date as_of = day("2025-09-08"); as_of <= day("2025-11-21"); as_of += 3) {
    muster_run run;
    muster_run_options options = {.as_of = as_of};
    assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run, NULL), MUSTER_OK);
    size_t next = 0;
    for (uint32_t r = 0; r < KINDS; r++)
      for (uint32_t school = 0; school < 2; school++)
        for (uint32_t p = 0; p < PUPILS; p++) {
          if (reg->pupils[p].school != school || muster_school_closed(reg, school, as_of)) continue;
          muster_subject s = pupil_subject(reg, p);
          muster_life life = step_forward(reg, &kinds[r], &s, as_of);
          if (!muster_life_reports(&life)) continue;
          assert_true(next < run.finding_count);
          const muster_finding *f = &run.findings[next++];
          assert_int_equal(f->rule, r);
          assert_int_equal(f->subject.pupil, p);
          assert_int_equal(f->since, life.since);
          assert_int_equal(f->held, muster_life_held(&life));
          reported++;
          held += f->held;
        }
    assert_int_equal(next, run.finding_count);
    muster_run_free(&run);
  }
  assert_true(reported > 500 && held > 100); /* the comparison saw something */
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_durations_a_finding_is_the_truth),
      cmocka_unit_test(for_waits_until_it_has_lasted),
      cmocka_unit_test(hold_keeps_it_and_then_lets_it_go),
      cmocka_unit_test(rearm_waits_for_the_return),
      cmocka_unit_test(a_finding_held_and_true_again_is_the_same_finding),
      cmocka_unit_test(a_hold_that_ended_between_ticks_makes_a_new_finding),
      cmocka_unit_test(ticks_are_ends_of_school_weeks_or_open_days),
      cmocka_unit_test(looking_back_gives_the_same_life_as_stepping_forward),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
