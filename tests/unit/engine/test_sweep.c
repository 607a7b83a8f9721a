/* Sweeps: a threshold after another, by one run each or by a backtest each. */
#include "support.h"

#include "muster/engine/sweep.h"

/* Thresholds 1 to 4 of a rule "absences this year >= threshold"; the context counts the sets in use. */
typedef struct maker {
  c_rules rules;
  int in_use, made;
} maker;

static int threshold;

static bool over_threshold(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)message, (void)evidence;
  return (int)absences(desk, s, "year") >= threshold;
}

static muster_status make(void *context, size_t value, const muster_ruleset **set, muster_error *err) {
  maker *m = context;
  if (value == 7) return muster_fail(err, MUSTER_PACK, "out of bounds");
  assert_int_equal(m->in_use, 0);
  m->in_use++;
  m->made++;
  threshold = (int)value + 1;
  *set = &m->rules.set;
  return MUSTER_OK;
}

static void done(void *context, const muster_ruleset *set) {
  (void)set;
  ((maker *)context)->in_use--;
}

/* Pupil k of 6 is absent for k sessions of the first week; the last three go on to be absent. */
static muster_register *six_pupils(void) {
  muster_register *reg = muster_register_new();
  for (int p = 0; p < 6; p++) {
    char id[8], marks[64] = "";
    snprintf(id, sizeof id, "p%d", p);
    for (int i = 0; i < 10; i++) marks[i] = i < p ? 'I' : i % 2 ? '\\' : '/';
    strcat(marks, p > 2 ? "II/\\/\\/\\/\\ II/\\/\\/\\/\\" : "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
    type_marks(reg, enrol(reg, id, "oak"), "2025-09-01", marks);
  }
  seal(reg);
  return reg;
}

static const muster_rule rule[] = {A_RULE("over"), A_RULE("other")};

static maker a_maker(void) {
  maker m = {.rules = rules_in_c(rule, 2)};
  m.rules.when[0] = over_threshold;
  m.rules.when[1] = over_threshold;
  return m;
}

static void caseload_falls_as_the_threshold_rises(void **state) {
  (void)state;
  muster_register *reg = six_pupils();
  maker m = a_maker();
  muster_run_options run = {.as_of = day("2025-09-05")};
  muster_sweep_options options = {
      .value_count = 4, .make = make, .done = done, .context = &m, .rule = "test/over", .run = &run};
  muster_sweep out;
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_OK);
  assert_int_equal(out.count, 4);
  const uint64_t expected[] = {5, 4, 3, 2};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(out.points[i].findings, expected[i]);
    assert_false(out.points[i].scored);
  }
  assert_int_equal(m.in_use, 0);
  muster_sweep_free(&out);
  options.rule = NULL;
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_OK);
  assert_int_equal(out.points[0].findings, 10);
  muster_sweep_free(&out);
  muster_register_free(reg);
}

static void precision_and_recall_of_each_value(void **state) {
  (void)state;
  muster_register *reg = six_pupils();
  maker m = a_maker();
  muster_backtest_options backtest = {.from = day("2025-09-01"), .to = day("2025-09-05")};
  muster_sweep_options options = {
      .value_count = 4, .make = make, .done = done, .context = &m, .rule = "test/over", .backtest = &backtest};
  muster_sweep out;
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_OK);
  /* persistent at year end: 3 of 30 and more, that is pupils 3, 4 and 5 */
  for (size_t i = 0; i < 4; i++) {
    assert_true(out.points[i].scored);
    assert_int_equal(out.points[i].score.positives, 3);
    assert_int_equal(out.points[i].score.flagged, 5 - i);
    assert_int_equal(out.points[i].score.hits, i < 3 ? 3 : 2);
  }
  assert_int_equal(out.ticks, 1);
  muster_sweep_free(&out);
  muster_register_free(reg);
}

static void errors_give_back_what_was_made(void **state) {
  (void)state;
  muster_register *reg = six_pupils();
  maker m = a_maker();
  muster_run_options run = {.as_of = day("2025-09-05")};
  muster_sweep_options options = {
      .value_count = 8, .make = make, .done = done, .context = &m, .rule = "test/over", .run = &run};
  muster_sweep out;
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_PACK);
  assert_int_equal(m.in_use, 0);
  assert_int_equal(m.made, 7);
  options.rule = "test/none";
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_USAGE);
  assert_int_equal(m.in_use, 0);
  options.run = NULL;
  assert_int_equal(muster_sweep_run(reg, &options, &out, NULL), MUSTER_USAGE);
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(caseload_falls_as_the_threshold_rises),
      cmocka_unit_test(precision_and_recall_of_each_value),
      cmocka_unit_test(errors_give_back_what_was_made),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
