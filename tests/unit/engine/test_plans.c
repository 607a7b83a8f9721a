/* Plans: due dates, what was done, reviews with a success test, escalation, memory from run to run. */
#include "support.h"

static bool any_absence(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)message, (void)evidence;
  return absences(desk, s, "this half-term") > 0;
}

static bool still_absent_since(muster_desk *desk, const muster_subject *s, muster_date plan_start) {
  muster_desk_set_plan_start(desk, plan_start);
  bool absent = absences(desk, s, "since plan") > 0;
  muster_desk_set_plan_start(desk, MUSTER_NO_DATE);
  return absent;
}

static bool attends_since(muster_desk *desk, const muster_subject *s, muster_date plan_start) {
  return !still_absent_since(desk, s, plan_start);
}

static const muster_step steps[] = {
    {.id = "call", .action = "Call", .owner = "tutor", .due = {MUSTER_LASTS_SCHOOL_DAYS, 1}},
    {.id = "panel", .action = "Panel", .owner = "lead", .due = {MUSTER_LASTS_SCHOOL_DAYS, 5}},
    {.id = "visit", .action = "Visit", .owner = "team", .due = {MUSTER_LASTS_SCHOOL_DAYS, 10}, .conditional = true}};
static const muster_plan plans[] = {{.id = "panel",
                                     .steps = steps,
                                     .step_count = 3,
                                     .review_after = {MUSTER_LASTS_SCHOOL_WEEKS, 2},
                                     .reviewed = true,
                                     .escalate = "support"},
                                    {.id = "support", .steps = steps, .step_count = 1}};
static const muster_rule rule[] = {A_RULE("any", .plan = "panel", .hold = {MUSTER_LASTS_HALF_TERM, 1})};

static c_rules the_rules(void) {
  c_rules rules = rules_in_c(rule, 1);
  rules.set.plans = plans;
  rules.set.plan_count = 2;
  rules.when[0] = any_absence;
  rules.wanted = still_absent_since;
  rules.success = attends_since;
  return rules;
}

/* Six weeks; ann is absent in the first and the fourth, bob in the first only. */
static muster_register *six_weeks(void) {
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak"), bob = enrol(reg, "bob", "oak");
  open_weeks(reg, "2025-09-01", 6);
  const char *there = " /\\/\\/\\/\\/\\";
  char a[128] = "II/\\/\\/\\/\\", b[128] = "II/\\/\\/\\/\\";
  for (int w = 1; w < 6; w++) {
    strcat(a, w == 3 ? " IIII/\\/\\/\\" : there);
    strcat(b, there);
  }
  type_marks(reg, ann, "2025-09-01", a);
  type_marks(reg, bob, "2025-09-01", b);
  seal(reg);
  return reg;
}

static muster_run run_with(const muster_register *reg, c_rules *rules, const char *as_of,
                           const muster_plan_memory *memory) {
  muster_run run;
  muster_error err = {0};
  muster_run_options options = {.as_of = day(as_of), .plans = memory};
  muster_status status = muster_run_rules(reg, &rules->set, &options, &run, &err);
  assert_string_equal(err.what, "");
  assert_int_equal(status, MUSTER_OK);
  return run;
}

static void assert_row(const muster_run *run, size_t i, uint32_t plan, uint32_t step, const char *due,
                       muster_step_status status, bool missing) {
  assert_true(i < run->plan_row_count);
  const muster_plan_row *row = &run->plan_rows[i];
  assert_int_equal(row->plan, plan);
  assert_int_equal(row->step, step);
  assert_int_equal(row->due, day(due));
  assert_string_equal(muster_step_status_text(row->status), muster_step_status_text(status));
  assert_int_equal(row->missing, missing);
}

static void without_memory_a_plan_begins_at_the_as_of_date(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  muster_run run = run_with(reg, &rules, "2025-09-05", NULL);
  assert_int_equal(run.plan_count, 2);
  assert_true(run.plans[0].begun_now);
  assert_int_equal(run.plans[0].start, day("2025-09-05"));
  assert_int_equal(run.plans[0].review, day("2025-09-19"));
  assert_int_equal(run.plans[0].outcome, MUSTER_PLAN_RUNNING);
  assert_int_equal(run.plans[0].required, 2);
  assert_int_equal(run.plan_row_count, 4); /* the visit is not wanted */
  assert_row(&run, 0, 0, 0, "2025-09-08", MUSTER_STEP_OPEN, false);
  assert_row(&run, 1, 0, 1, "2025-09-12", MUSTER_STEP_OPEN, false);
  muster_run_free(&run);
  muster_register_free(reg);
}

/* The memory of one plan of each pupil, as a store would give it. */
typedef struct remembered {
  muster_plan_record records[3];
  muster_plan_memory memory;
} remembered;

static void remember(remembered *r, size_t n) {
  r->memory = (muster_plan_memory){.records = r->records, .count = n};
  assert_int_equal(muster_plan_memory_index(&r->memory, NULL), MUSTER_OK);
}

static void a_known_plan_goes_on_from_its_own_start(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  const muster_plan_step_record done[] = {
      {"call", day("2025-09-02"), false}, {"panel", MUSTER_NO_DATE, false}, {"visit", MUSTER_NO_DATE, false}};
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-01"), done, 3}}};
  remember(&r, 1);
  muster_run run = run_with(reg, &rules, "2025-09-09", &r.memory);
  assert_int_equal(run.plan_count, 2); /* ann's known one, bob's new one */
  assert_false(run.plans[0].begun_now);
  assert_true(run.plans[1].begun_now);
  assert_row(&run, 0, 0, 0, "2025-09-02", MUSTER_STEP_DONE, false);
  assert_int_equal(run.plan_rows[0].done, day("2025-09-02"));
  assert_row(&run, 1, 0, 1, "2025-09-08", MUSTER_STEP_LATE, false);
  assert_row(&run, 2, 0, 2, "2025-09-15", MUSTER_STEP_OPEN, false); /* absent since the plan began */
  assert_int_equal(run.plans[0].late, 1);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void what_was_done_later_is_not_yet_done(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  const muster_plan_step_record done[] = {{"call", day("2025-09-12"), false}, {"panel", day("2025-09-03"), true}};
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-01"), done, 2},
                              {"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "bob", day("2025-09-10"), NULL, 0}}};
  remember(&r, 2);
  muster_run run = run_with(reg, &rules, "2025-09-09", &r.memory);
  assert_row(&run, 0, 0, 0, "2025-09-02", MUSTER_STEP_LATE, false);
  assert_row(&run, 1, 0, 1, "2025-09-08", MUSTER_STEP_DROPPED, false);
  /* bob's plan of tomorrow is not known today */
  assert_int_equal(run.plans[1].start, day("2025-09-09"));
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void a_review_succeeds_or_fails_and_a_failure_escalates(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-15"), NULL, 0},
                              {"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "bob", day("2025-09-15"), NULL, 0}}};
  remember(&r, 2);
  muster_run run = run_with(reg, &rules, "2025-09-26", &r.memory);
  assert_int_equal(run.plans[0].outcome, MUSTER_PLAN_RUNNING); /* the review is on Monday 29 September */
  muster_run_free(&run);
  run = run_with(reg, &rules, "2025-10-03", &r.memory);
  assert_int_equal(run.plan_count, 3);
  assert_string_equal(muster_plan_outcome_text(run.plans[0].outcome), "failed");
  assert_int_equal(run.plans[0].escalates_to, 1);
  assert_int_equal(run.plans[0].missing, 3);
  assert_string_equal(muster_plan_outcome_text(run.plans[1].outcome), "succeeded");
  assert_int_equal(run.plans[1].missing, 2);
  assert_row(&run, 0, 0, 0, "2025-09-16", MUSTER_STEP_LATE, true);
  /* the plan that the failure begins */
  assert_int_equal(run.plans[2].plan, 1);
  assert_true(run.plans[2].begun_now);
  assert_int_equal(run.plans[2].start, day("2025-10-03"));
  assert_int_equal(run.plans[2].subject.pupil, 0);
  assert_int_equal(run.plans[2].review, MUSTER_NO_DATE);
  muster_run_free(&run);
  /* and in the next run it is known */
  r.records[2] =
      (muster_plan_record){"support", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-10-03"), NULL, 0};
  muster_plan_memory_free(&r.memory);
  remember(&r, 3);
  run = run_with(reg, &rules, "2025-10-10", &r.memory);
  assert_int_equal(run.plan_count, 3);
  assert_false(run.plans[2].begun_now);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void one_finding_has_one_plan_and_a_new_finding_a_new_one(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  /* a plan of a finding of last year, long reviewed: this year's finding begins its own */
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-03-03"), NULL, 0}}};
  remember(&r, 1);
  muster_run run = run_with(reg, &rules, "2025-10-10", &r.memory);
  assert_int_equal(run.plan_count, 2);
  assert_true(run.plans[0].begun_now && run.plans[1].begun_now);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

/* Begun in July, to be reviewed after two school weeks: in September. */
static void a_plan_that_the_summer_interrupts_is_reviewed_and_escalates(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  open_weeks(reg, "2025-07-14", 1);
  open_weeks(reg, "2025-09-01", 3);
  type_marks(reg, ann, "2025-07-14", "IIII/\\/\\/\\");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\/\\ II/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  c_rules rules = the_rules();
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-07-16"), NULL, 0}}};
  remember(&r, 1);
  muster_run run = run_with(reg, &rules, "2025-09-09", &r.memory);
  assert_int_equal(run.plan_count, 1);
  assert_int_equal(run.plans[0].review, day("2025-09-10"));
  assert_int_equal(run.plans[0].outcome, MUSTER_PLAN_RUNNING);
  muster_run_free(&run);
  run = run_with(reg, &rules, "2025-09-12", &r.memory);
  assert_int_equal(run.plan_count, 3);
  assert_int_equal(run.plans[0].start, day("2025-07-16"));
  assert_int_equal(run.plans[0].outcome, MUSTER_PLAN_FAILED);
  assert_int_equal(run.plans[1].start, day("2025-09-12")); /* the finding of this year has a plan of its own */
  assert_int_equal(run.plans[2].plan, 1);
  assert_true(run.plans[2].begun_now);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void plans_of_leavers_other_rules_and_other_schools_are_passed_over(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  c_rules rules = the_rules();
  remembered r = {.records = {{"panel", "test/gone", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-01"), NULL, 0},
                              {"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "nobody", day("2025-09-01"), NULL, 0},
                              {"panel", "test/any", MUSTER_SUBJECT_PUPIL, "elm", "ann", day("2025-09-01"), NULL, 0}}};
  remember(&r, 3);
  muster_run run = run_with(reg, &rules, "2025-09-05", &r.memory);
  assert_int_equal(run.plan_count, 2);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void plans_of_groups_and_schools_are_known_too(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "oak");
  set_pupil(reg, ann, "year_group", "7");
  open_weeks(reg, "2025-09-01", 4);
  type_marks(reg, ann, "2025-09-01", "II/\\/\\/\\/\\");
  seal(reg);
  const muster_rule two[] = {A_RULE("group", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group", .plan = "support"),
                             A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL, .plan = "support")};
  c_rules rules = the_rules();
  rules.set.rules = two;
  rules.set.rule_count = 2;
  rules.when[0] = rules.when[1] = any_absence;
  const muster_plan_step_record done[] = {{"call", day("2025-09-02"), false}};
  remembered r = {
      .records = {{"support", "test/group", MUSTER_SUBJECT_GROUP, "oak", "7", day("2025-09-01"), done, 1},
                  {"support", "test/school", MUSTER_SUBJECT_SCHOOL, "oak", "oak", day("2025-09-02"), NULL, 0}}};
  remember(&r, 2);
  muster_run run = run_with(reg, &rules, "2025-09-05", &r.memory);
  assert_int_equal(run.plan_count, 2);
  assert_false(run.plans[0].begun_now || run.plans[1].begun_now);
  assert_int_equal(run.plan_rows[0].status, MUSTER_STEP_DONE);
  assert_int_equal(run.plan_rows[1].status, MUSTER_STEP_LATE);
  muster_run_free(&run);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

static void a_rule_may_ask_when_a_plan_began(void **state) {
  (void)state;
  muster_register *reg = six_weeks();
  remembered r = {.records = {{"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-03"), NULL, 0},
                              {"panel", "test/any", MUSTER_SUBJECT_PUPIL, "oak", "ann", day("2025-09-17"), NULL, 0}}};
  remember(&r, 2);
  muster_desk *desk = desk_at(reg, NULL, "2025-09-12");
  muster_subject ann = pupil_subject(reg, 0), bob = pupil_subject(reg, 1);
  assert_int_equal(muster_desk_plan_start(desk, &ann, MUSTER_TEXT("panel")), MUSTER_NO_DATE);
  muster_desk_set_plans(desk, &r.memory);
  assert_int_equal(muster_desk_plan_start(desk, &ann, MUSTER_TEXT("panel")), day("2025-09-03"));
  assert_int_equal(muster_desk_plan_start(desk, &ann, MUSTER_TEXT("support")), MUSTER_NO_DATE);
  assert_int_equal(muster_desk_plan_start(desk, &bob, MUSTER_TEXT("panel")), MUSTER_NO_DATE);
  muster_desk_set_as_of(desk, day("2025-09-17"));
  assert_int_equal(muster_desk_plan_start(desk, &ann, MUSTER_TEXT("panel")), day("2025-09-17"));
  muster_desk_close(desk);
  muster_plan_memory_free(&r.memory);
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_memory_a_plan_begins_at_the_as_of_date),
      cmocka_unit_test(a_known_plan_goes_on_from_its_own_start),
      cmocka_unit_test(what_was_done_later_is_not_yet_done),
      cmocka_unit_test(a_review_succeeds_or_fails_and_a_failure_escalates),
      cmocka_unit_test(one_finding_has_one_plan_and_a_new_finding_a_new_one),
      cmocka_unit_test(a_plan_that_the_summer_interrupts_is_reviewed_and_escalates),
      cmocka_unit_test(plans_of_leavers_other_rules_and_other_schools_are_passed_over),
      cmocka_unit_test(plans_of_groups_and_schools_are_known_too),
      cmocka_unit_test(a_rule_may_ask_when_a_plan_began),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
