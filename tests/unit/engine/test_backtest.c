/* Backtests: the same as live runs at every tick, scores by hand, intervals, and nothing seen that came later. */
#include "support.h"

#include <math.h>

#include "muster/engine/backtest.h"
#include "muster/engine/run.h"

static bool three_lately(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)message, (void)evidence;
  return absences(desk, s, "last 5 school days") >= 3;
}

static bool tenth(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)message, (void)evidence;
  uint64_t yes, of;
  muster_desk_persistent(desk, s, window(desk, "year"), &yes, &of);
  return yes;
}

static bool many_in_group(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)message, (void)evidence;
  return absences(desk, s, "last 5 school days") >= 12;
}

/* ---- against live runs ---- */

typedef struct key {
  uint32_t rule;
  muster_subject subject;
} key;

static bool has(const muster_run *run, uint32_t rule, const muster_subject *s) {
  for (size_t i = 0; i < run->finding_count; i++)
    if (run->findings[i].rule == rule && memcmp(&run->findings[i].subject, s, sizeof *s) == 0) return true;
  return false;
}

enum { RULES = 8, PUPILS = 30 };

static void make_rules(muster_rule kinds[RULES], c_rules *rules) {
  const muster_rule made[RULES] = {
      A_RULE("plain"),
      A_RULE("for-days", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 2}),
      A_RULE("hold-week", .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1}),
      A_RULE("all-weeks", .for_ = {MUSTER_LASTS_SCHOOL_WEEKS, 1}, .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1},
             .rearm = {MUSTER_LASTS_SCHOOL_WEEKS, 2}),
      A_RULE("tenth", .inhibits = "hold-week", .hold = {MUSTER_LASTS_HALF_TERM, 1}),
      A_RULE("group", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 3}),
      A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL),
      A_RULE("off"),
  };
  memcpy(kinds, made, sizeof made);
  kinds[1].silence = day("2025-09-30");
  kinds[7].disabled = true;
  *rules = rules_in_c(kinds, RULES);
  const c_when when[RULES] = {three_lately, three_lately,  three_lately, three_lately,
                              tenth,        many_in_group, tenth,        tenth};
  memcpy(rules->when, when, sizeof when);
}

static muster_register *lively(void) {
  muster_register *reg = muster_register_new();
  uint32_t seed = 99;
  for (int p = 0; p < PUPILS; p++) {
    char id[16];
    snprintf(id, sizeof id, "p%03d", p);
    muster_date start = p % 7 == 3 ? day("2025-09-22") : MUSTER_NO_DATE,
                end = p % 11 == 5 ? day("2025-10-10") : MUSTER_NO_DATE;
    uint32_t pupil = enrol_from(reg, id, p % 2 ? "oak" : "elm", start, end);
    set_pupil(reg, pupil, "year_group", p % 3 ? "7" : "8");
    set_pupil(reg, pupil, "fsm", p % 4 ? "false" : "true");
    set_pupil(reg, pupil, "sex", p % 5 ? "F" : "M");
    bool away = false;
    for (int i = 0; i < 7 * 14; i++) {
      muster_date date = day("2025-09-01") + i;
      bool holiday = i / 7 == 7 || (i / 7 == 3 && p % 2),
           here = (start == MUSTER_NO_DATE || date >= start) && (end == MUSTER_NO_DATE || date <= end);
      seed = seed * 1664525u + 1013904223u;
      if ((seed >> 24) < (away ? 80u : 8u + (unsigned)p)) away = !away;
      if (i % 7 > 4 || holiday || !here || (i % 7 == 4 && i / 7 == 5)) continue;
      for (int half = 0; half < 2; half++)
        put_mark(reg, pupil, date, half, away ? p % 2 ? "O" : "I" : half ? "\\" : "/");
    }
  }
  seal(reg);
  return reg;
}

static void compare_with_live_runs(muster_every every) {
  muster_register *reg = lively();
  muster_rule kinds[RULES];
  c_rules rules;
  make_rules(kinds, &rules);
  muster_backtest bt;
  muster_error err = {0};
  muster_backtest_options options = {.from = day("2025-09-08"), .to = day("2025-11-28"), .every = every};
  assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt, &err), MUSTER_OK);
  assert_true(bt.tick_count >= (every == MUSTER_EVERY_HALF_TERM ? 2 : 10));
  bool flagged[RULES][PUPILS] = {{false}};
  muster_run before = {0};
  uint64_t seen = 0;
  for (size_t t = 0; t < bt.tick_count; t++) {
    muster_run run;
    muster_run_options at = {.as_of = bt.ticks[t]};
    assert_int_equal(muster_run_rules(reg, &rules.set, &at, &run, NULL), MUSTER_OK);
    uint32_t standing[RULES] = {0}, fresh[RULES] = {0};
    for (size_t i = 0; i < run.finding_count; i++) {
      const muster_finding *f = &run.findings[i];
      standing[f->rule]++;
      fresh[f->rule] += !has(&before, f->rule, &f->subject);
      if (f->subject.kind == MUSTER_SUBJECT_PUPIL) flagged[f->rule][f->subject.pupil] = true;
    }
    for (size_t r = 0; r < RULES; r++) {
      assert_int_equal(bt.rules[r].workload.standing[t], standing[r]);
      assert_int_equal(bt.rules[r].workload.fresh[t], fresh[r]);
      seen += standing[r];
    }
    muster_run_free(&before);
    before = run;
  }
  muster_run_free(&before);
  assert_true(seen > 60);
  for (size_t r = 0; r < 5; r++) {
    uint64_t n = 0;
    for (size_t p = 0; p < PUPILS; p++) n += flagged[r][p];
    assert_int_equal(bt.rules[r].all.flagged, n);
    assert_true(bt.rules[r].scored);
  }
  assert_false(bt.rules[5].scored || bt.rules[6].scored || bt.rules[7].scored);
  muster_backtest_free(&bt);
  muster_register_free(reg);
}

static void every_week_is_what_runs_of_every_week_say(void **state) {
  (void)state;
  compare_with_live_runs(MUSTER_EVERY_WEEK);
}

static void every_day_is_what_runs_of_every_day_say(void **state) {
  (void)state;
  compare_with_live_runs(MUSTER_EVERY_DAY);
}

static void every_half_term_is_what_runs_at_their_ends_say(void **state) {
  (void)state;
  compare_with_live_runs(MUSTER_EVERY_HALF_TERM);
}

/* ---- by hand ---- */

/* Four weeks of one school. a: absent 4 of 40, from week 1; b: 4 of 40, in week 4; c: 3 of 40 in week 1; d: none. */
static muster_register *four_pupils(bool more) {
  muster_register *reg = muster_register_new();
  const char *there = " /\\/\\/\\/\\/\\", *ids[] = {"a", "b", "c", "d"};
  const char *first[] = {"IIII/\\/\\/\\", "/\\/\\/\\/\\/\\", "III\\/\\/\\/\\", "/\\/\\/\\/\\/\\"},
             *last[] = {there, " OOOO/\\/\\/\\", there, there};
  for (uint32_t i = 0; i < 4; i++) {
    char marks[128];
    uint32_t pupil = enrol(reg, ids[i], "oak");
    set_pupil(reg, pupil, "fsm", i < 2 ? "true" : "false");
    snprintf(marks, sizeof marks, "%s%s%s%s", first[i], there, there, last[i]);
    type_marks(reg, pupil, "2025-09-01", marks);
    if (more)
      type_marks(reg, pupil, "2025-09-29", i == 3 ? "OOOOOOOOOO OOOOOOOOOO" : "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  }
  seal(reg);
  return reg;
}

static const muster_rule one_rule[] = {A_RULE("three")};

static muster_backtest test_three(const muster_register *reg, muster_outcome outcome, const char *to) {
  c_rules rules = rules_in_c(one_rule, 1);
  rules.when[0] = three_lately;
  muster_backtest bt;
  muster_error err = {0};
  muster_backtest_options options = {.from = day("2025-09-01"), .to = day(to), .outcome = outcome};
  muster_status status = muster_backtest_run(reg, &rules.set, &options, &bt, &err);
  assert_string_equal(err.what, "");
  assert_int_equal(status, MUSTER_OK);
  return bt;
}

static void scores_are_as_counted_by_hand(void **state) {
  (void)state;
  muster_register *reg = four_pupils(false);
  muster_backtest bt = test_three(reg, MUSTER_OUTCOME_PERSISTENT, "2025-09-26");
  assert_int_equal(bt.tick_count, 4);
  assert_int_equal(bt.ticks[0], day("2025-09-05"));
  const muster_backtest_line *line = &bt.rules[0];
  assert_int_equal(line->all.cases, 4);
  assert_int_equal(line->all.positives, 2); /* a and b, at exactly ten percent */
  assert_int_equal(line->all.flagged, 3);
  assert_int_equal(line->all.hits, 2);
  assert_true(fabs(line->all.precision.value - 2.0 / 3) < 1e-12);
  assert_true(fabs(line->all.recall.value - 1) < 1e-12);
  assert_int_equal(line->workload.fresh[0], 2);
  assert_int_equal(line->workload.fresh[3], 1);
  assert_int_equal(line->workload.standing[1], 0);
  assert_int_equal(line->workload.total, 3);
  assert_true(fabs(line->workload.mean - 0.75) < 1e-12);
  assert_int_equal(line->workload.most, 2);
  /* a: settled on Tuesday 2 September, flagged on Friday 5: three days late. b: Tuesday 23, Friday 26: the same. */
  assert_int_equal(line->lead.n, 2);
  assert_int_equal(line->lead.late, 2);
  assert_true(fabs(line->lead.median + 3) < 1e-12);
  /* the plain threshold: a and c at the end of week one, b at the end of week four */
  assert_int_equal(bt.threshold.all.flagged, 3);
  assert_int_equal(bt.threshold.workload.fresh[0], 2);
  assert_true(fabs(line->chance_precision - 0.5) < 1e-12);
  assert_true(fabs(line->chance_recall - 0.75) < 1e-12);
  /* groups */
  assert_int_equal(bt.group_count, 2);
  assert_string_equal(bt.groups[0].attribute, "fsm");
  assert_string_equal(bt.groups[0].value, "true");
  assert_int_equal(line->groups[0].hits, 2);
  assert_int_equal(line->groups[1].flagged, 1);
  assert_int_equal(line->groups[1].positives, 0);
  assert_true(isnan(line->groups[1].recall.value));
  assert_int_equal(line->alone, 3);
  assert_int_equal(line->alone_hits, 2);
  assert_int_equal(bt.pack.all.hits, 2);
  muster_backtest_free(&bt);
  muster_register_free(reg);
}

static void what_comes_after_the_end_decides_only_the_outcome(void **state) {
  (void)state;
  muster_register *reg = four_pupils(true);
  muster_backtest bt = test_three(reg, MUSTER_OUTCOME_PERSISTENT, "2025-09-26");
  const muster_backtest_line *line = &bt.rules[0];
  assert_int_equal(bt.tick_count, 4);
  assert_int_equal(line->all.flagged, 3);
  assert_int_equal(line->workload.total, 3);
  assert_int_equal(line->workload.fresh[0], 2);
  assert_int_equal(line->all.positives, 1); /* d, who was absent in October; four of sixty is less than a tenth */
  assert_int_equal(line->all.hits, 0);
  muster_backtest_free(&bt);
  bt = test_three(reg, MUSTER_OUTCOME_PERSISTENT, "2025-10-10");
  line = &bt.rules[0];
  assert_int_equal(line->all.hits, 1);
  /* six absences settle it: Wednesday 1 October; flagged on Friday 3 */
  assert_true(fabs(line->lead.median + 2) < 1e-12);
  muster_backtest_free(&bt);
  muster_register_free(reg);
}

static void other_outcomes_are_settled_on_their_day(void **state) {
  (void)state;
  muster_register *reg = four_pupils(true);
  muster_backtest bt = test_three(reg, MUSTER_OUTCOME_UNAUTHORISED_10, "2025-10-10");
  assert_int_equal(bt.rules[0].all.positives, 1);
  assert_true(fabs(bt.rules[0].lead.median) < 1e-12); /* the tenth on Friday 3 October, the day of the flag */
  assert_int_equal(bt.rules[0].lead.late, 0);
  muster_backtest_free(&bt);
  bt = test_three(reg, MUSTER_OUTCOME_SEVERE, "2025-10-10");
  assert_int_equal(bt.rules[0].all.positives, 0); /* twenty of sixty */
  assert_true(isnan(bt.rules[0].lead.median));
  muster_backtest_free(&bt);
  c_rules rules = rules_in_c(one_rule, 1);
  rules.when[0] = three_lately;
  muster_error err = {0};
  muster_backtest_options options = {
      .from = day("2025-09-01"), .to = day("2025-10-10"), .outcome = MUSTER_OUTCOME_TEN_NEXT_HALF_TERM};
  assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt, &err), MUSTER_DATA);
  muster_register_free(reg);
}

static void a_case_of_the_next_half_term_is_a_pupil_and_a_half_term(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  const char *ids[] = {"a", "b"}, *first[] = {"IIII/\\/\\/\\", "/\\/\\/\\/\\/\\"},
             *second[] = {"OOOOOOOOOO", "/\\/\\/\\/\\/\\"}, *third[] = {"/\\/\\/\\/\\/\\", "IIIIIIIIII"};
  for (uint32_t i = 0; i < 2; i++) {
    uint32_t pupil = enrol(reg, ids[i], "oak");
    type_marks(reg, pupil, "2025-09-01", first[i]);
    type_marks(reg, pupil, "2025-11-03", second[i]);
    type_marks(reg, pupil, "2026-01-05", third[i]);
  }
  seal(reg);
  muster_backtest bt = test_three(reg, MUSTER_OUTCOME_TEN_NEXT_HALF_TERM, "2026-01-09");
  const muster_score *all = &bt.rules[0].all;
  assert_int_equal(all->cases, 4);
  assert_int_equal(all->positives, 2); /* a in the second, b in the third */
  assert_int_equal(all->flagged, 2);   /* a in the first and in the second */
  assert_int_equal(all->hits, 1);
  assert_true(fabs(bt.rules[0].lead.median - 5) < 1e-12); /* Friday 5 September to Friday 7 November: five open days */
  muster_backtest_free(&bt);
  muster_register_free(reg);
}

static void ablation_counts_what_one_rule_alone_finds(void **state) {
  (void)state;
  muster_register *reg = four_pupils(false);
  const muster_rule two[] = {A_RULE("three"), A_RULE("tenth")};
  c_rules rules = rules_in_c(two, 2);
  rules.when[0] = three_lately;
  rules.when[1] = tenth;
  muster_backtest bt;
  muster_backtest_options options = {.from = day("2025-09-22"), .to = day("2025-09-26")};
  assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt, NULL), MUSTER_OK);
  assert_int_equal(bt.rules[0].all.flagged, 1); /* b */
  assert_int_equal(bt.rules[1].all.flagged, 2); /* a and b */
  assert_int_equal(bt.rules[0].alone, 0);
  assert_int_equal(bt.rules[1].alone, 1);
  assert_int_equal(bt.rules[1].alone_hits, 1);
  assert_int_equal(bt.pack.all.flagged, 2);
  muster_backtest_free(&bt);
  muster_register_free(reg);
}

static void wilson_intervals(void **state) {
  (void)state;
  muster_share s = muster_share_of(8, 10);
  assert_true(fabs(s.low - 0.490162) < 1e-6 && fabs(s.high - 0.943318) < 1e-6);
  s = muster_share_of(0, 20);
  assert_true(s.low == 0 && fabs(s.high - 0.161125) < 1e-6);
  s = muster_share_of(20, 20);
  assert_true(s.high == 1 && fabs(s.low - 0.838875) < 1e-6);
  assert_true(isnan(muster_share_of(0, 0).value));
}

static void texts_of_options_are_read(void **state) {
  (void)state;
  muster_every every;
  muster_outcome outcome;
  assert_true(muster_every_parse(MUSTER_TEXT("Half-term"), &every) && every == MUSTER_EVERY_HALF_TERM);
  assert_true(muster_every_parse(MUSTER_TEXT("day"), &every) && every == MUSTER_EVERY_DAY);
  assert_false(muster_every_parse(MUSTER_TEXT("month"), &every));
  for (int o = 0; o < 4; o++) {
    assert_int_equal(muster_outcome_parse(muster_text_of(muster_outcome_text((muster_outcome)o)), &outcome, NULL),
                     MUSTER_OK);
    assert_int_equal(outcome, o);
  }
  assert_int_equal(muster_outcome_parse(MUSTER_TEXT("Unauthorised10"), &outcome, NULL), MUSTER_OK);
  assert_int_equal(outcome, MUSTER_OUTCOME_UNAUTHORISED_10);
  assert_int_equal(muster_outcome_parse(MUSTER_TEXT("persisten"), &outcome, NULL), MUSTER_USAGE);
  assert_int_equal(muster_outcome_parse(MUSTER_TEXT(""), &outcome, NULL), MUSTER_USAGE);
  muster_error err = {0};
  assert_int_equal(muster_outcome_parse(MUSTER_TEXT("good"), &outcome, &err), MUSTER_USAGE);
  assert_true(strstr(err.expected, "persistent"));
}

static void wrong_options_are_errors(void **state) {
  (void)state;
  muster_register *reg = four_pupils(false);
  c_rules rules = rules_in_c(one_rule, 1);
  rules.when[0] = three_lately;
  muster_backtest bt;
  const char *by[] = {"house", NULL};
  muster_backtest_options wrong[] = {{.from = day("2025-09-26"), .to = day("2025-09-01")},
                                     {.from = day("2025-07-01"), .to = day("2025-09-01")},
                                     {.from = MUSTER_NO_DATE, .to = day("2025-09-01")},
                                     {.from = day("2025-12-01"), .to = day("2025-12-12")},
                                     {.from = day("2025-09-01"), .to = day("2025-09-26"), .by = by}};
  for (size_t i = 0; i < 5; i++) {
    muster_error err = {0};
    assert_int_equal(muster_backtest_run(reg, &rules.set, &wrong[i], &bt, &err), MUSTER_USAGE);
    assert_true(err.what[0]);
    assert_null(bt.rules);
  }
  rules.fail_with = MUSTER_PACK;
  muster_backtest_options fine = {.from = day("2025-09-01"), .to = day("2025-09-26"), .jobs = 2};
  assert_int_equal(muster_backtest_run(reg, &rules.set, &fine, &bt, NULL), MUSTER_PACK);
  muster_register_free(reg);
}

/* The marks made after the last tick change no tick. */
static void later_marks_change_no_tick(void **state) {
  (void)state;
  muster_rule kinds[RULES];
  c_rules rules;
  make_rules(kinds, &rules);
  muster_backtest bt[2];
  for (int later = 0; later < 2; later++) {
    muster_register *reg = restless(20, later ? 12 : 7);
    muster_backtest_options options = {.from = day("2025-09-01"), .to = day("2025-10-17"), .every = MUSTER_EVERY_DAY};
    assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt[later], NULL), MUSTER_OK);
    muster_register_free(reg);
  }
  assert_int_equal(bt[0].tick_count, bt[1].tick_count);
  for (size_t r = 0; r < RULES; r++) {
    size_t bytes = bt[0].tick_count * sizeof(uint32_t);
    assert_memory_equal(bt[0].rules[r].workload.fresh, bt[1].rules[r].workload.fresh, bytes);
    assert_memory_equal(bt[0].rules[r].workload.standing, bt[1].rules[r].workload.standing, bytes);
    assert_int_equal(bt[0].rules[r].all.flagged, bt[1].rules[r].all.flagged);
  }
  assert_true(bt[0].pack.workload.total > 40);
  assert_int_not_equal(bt[0].pack.all.positives, bt[1].pack.all.positives);
  for (int i = 0; i < 2; i++) muster_backtest_free(&bt[i]);
}

static size_t with_texts, without_texts;

static bool lately_and_counted(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  *(muster_desk_wants_texts(desk) ? &with_texts : &without_texts) += 1;
  return three_lately(desk, s, message, evidence);
}

static void a_backtest_never_wants_texts_and_a_run_does_once(void **state) {
  (void)state;
  muster_register *reg = lively();
  const muster_rule one[] = {
      A_RULE("all-weeks", .for_ = {MUSTER_LASTS_SCHOOL_WEEKS, 1}, .hold = {MUSTER_LASTS_SCHOOL_WEEKS, 1})};
  c_rules rules = rules_in_c(one, 1);
  rules.when[0] = lately_and_counted;
  muster_backtest bt;
  muster_backtest_options options = {.from = day("2025-09-08"), .to = day("2025-11-28"), .jobs = 1};
  with_texts = without_texts = 0;
  assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt, NULL), MUSTER_OK);
  assert_int_equal(with_texts, 0);
  assert_true(without_texts > 100);
  muster_backtest_free(&bt);
  muster_run run;
  muster_run_options at = {.as_of = day("2025-10-17"), .jobs = 1};
  with_texts = without_texts = 0;
  assert_int_equal(muster_run_rules(reg, &rules.set, &at, &run, NULL), MUSTER_OK);
  size_t held = 0;
  for (size_t i = 0; i < run.finding_count; i++) held += run.findings[i].held;
  assert_int_equal(with_texts, run.subjects[MUSTER_SUBJECT_PUPIL] + held);
  assert_true(without_texts > 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

static void any_number_of_threads_gives_the_same_answer(void **state) {
  (void)state;
  muster_register *reg = lively();
  muster_rule kinds[RULES];
  c_rules rules;
  make_rules(kinds, &rules);
  muster_backtest first = {0}, bt;
  for (unsigned jobs = 1; jobs < 4; jobs++) {
    muster_backtest_options options = {.from = day("2025-09-08"), .to = day("2025-11-28"), .jobs = jobs};
    assert_int_equal(muster_backtest_run(reg, &rules.set, &options, &bt, NULL), MUSTER_OK);
    if (jobs == 1) {
      first = bt;
      continue;
    }
    for (size_t r = 0; r < RULES; r++) {
      assert_memory_equal(&bt.rules[r].all, &first.rules[r].all, sizeof(muster_score));
      assert_memory_equal(bt.rules[r].workload.fresh, first.rules[r].workload.fresh, bt.tick_count * sizeof(uint32_t));
      for (size_t g = 0; g < bt.group_count; g++)
        assert_int_equal(bt.rules[r].groups[g].hits, first.rules[r].groups[g].hits);
    }
    muster_backtest_free(&bt);
  }
  muster_backtest_free(&first);
  muster_register_free(reg);
}

static void every_failed_allocation_is_an_error(void **state) {
  (void)state;
  muster_register *reg = lively();
  muster_rule kinds[RULES];
  c_rules rules;
  make_rules(kinds, &rules);
  muster_backtest_options options = {.from = day("2025-09-08"), .to = day("2025-09-26")};
  for (long n = 1;; n++) {
    muster_backtest bt;
    muster_alloc_fail_at(n);
    muster_status status = muster_backtest_run(reg, &rules.set, &options, &bt, NULL);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      assert_true(n > 30);
      muster_backtest_free(&bt);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
    assert_null(bt.rules);
  }
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_week_is_what_runs_of_every_week_say),
      cmocka_unit_test(every_day_is_what_runs_of_every_day_say),
      cmocka_unit_test(every_half_term_is_what_runs_at_their_ends_say),
      cmocka_unit_test(scores_are_as_counted_by_hand),
      cmocka_unit_test(what_comes_after_the_end_decides_only_the_outcome),
      cmocka_unit_test(other_outcomes_are_settled_on_their_day),
      cmocka_unit_test(a_case_of_the_next_half_term_is_a_pupil_and_a_half_term),
      cmocka_unit_test(ablation_counts_what_one_rule_alone_finds),
      cmocka_unit_test(wilson_intervals),
      cmocka_unit_test(texts_of_options_are_read),
      cmocka_unit_test(wrong_options_are_errors),
      cmocka_unit_test(later_marks_change_no_tick),
      cmocka_unit_test(a_backtest_never_wants_texts_and_a_run_does_once),
      cmocka_unit_test(any_number_of_threads_gives_the_same_answer),
      cmocka_unit_test(every_failed_allocation_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
