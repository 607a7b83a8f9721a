/* Runs: who is asked, in what order findings come, what is left out, and that the number of threads changes nothing. */
#include "support.h"

static bool any_absence(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint64_t n = absences(desk, s, "year");
  snprintf(message, 80, "%d absent", (int)n);
  snprintf(evidence, 80, "{\"absent\":%d}", (int)n);
  return n > 0;
}

static bool five_absences(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  return any_absence(desk, s, message, evidence) && absences(desk, s, "year") >= 5;
}

static bool recent(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint64_t n = absences(desk, s, "last 3 school days");
  snprintf(message, 80, "%d lately", (int)n);
  strcpy(evidence, "{}");
  return n > 0;
}

static bool always(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)desk, (void)s;
  strcpy(message, "always");
  strcpy(evidence, "{}");
  return true;
}

/* Two schools, elm and oak; years 9 and 10; one leaver, one who comes later. */
static muster_register *two_schools(void) {
  muster_register *reg = muster_register_new();
  open_weeks(reg, "2025-09-01", 4);
  const char *ids[] = {"a", "b", "c", "d"}, *schools[] = {"elm", "oak", "elm", "oak"}, *years[] = {"10", "9", "9", "9"};
  const char *marks[] = {"IIIIII/\\/\\ /\\/\\/\\/\\/\\", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\",
                         "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/I", "II/\\/\\/\\/\\ /\\/\\/\\/\\/\\"};
  for (uint32_t i = 0; i < 4; i++) {
    uint32_t pupil = enrol(reg, ids[i], schools[i]);
    set_pupil(reg, pupil, "year_group", years[i]);
    type_marks(reg, pupil, "2025-09-01", marks[i]);
  }
  uint32_t left = enrol_from(reg, "e", "elm", MUSTER_NO_DATE, day("2025-09-05"));
  type_marks(reg, left, "2025-09-01", "IIIIIIIIII");
  uint32_t joins = enrol_from(reg, "f", "elm", day("2025-09-15"), MUSTER_NO_DATE);
  type_marks(reg, joins, "2025-09-15", "IIIIIIIIII");
  seal(reg);
  return reg;
}

static muster_run run_at(const muster_register *reg, c_rules *rules, const char *as_of) {
  muster_run run;
  muster_error err = {0};
  muster_run_options options = {.as_of = day(as_of)};
  muster_status status = muster_run_rules(reg, &rules->set, &options, &run, &err);
  assert_string_equal(err.what, "");
  assert_int_equal(status, MUSTER_OK);
  return run;
}

static void assert_subjects(const muster_register *reg, const muster_run *run, const char *expected) {
  char got[512] = "";
  for (size_t i = 0; i < run->finding_count; i++) {
    char one[64];
    muster_text id = muster_subject_id(reg, &run->findings[i].subject);
    snprintf(one, sizeof one, "%s%u:%.*s", i ? " " : "", run->findings[i].rule, (int)id.n, id.at);
    strcat(got, one);
  }
  assert_string_equal(got, expected);
}

static void only_pupils_on_roll_are_asked_about(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("any")};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = any_absence;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:a 0:c 0:d");
  assert_int_equal(run.subjects[MUSTER_SUBJECT_PUPIL], 4);
  assert_string_equal(run.findings[0].message, "6 absent");
  assert_string_equal(run.findings[0].evidence, "{\"absent\":6}");
  assert_int_equal(run.findings[0].since, day("2025-09-01"));
  assert_int_equal(run.findings[1].since, day("2025-09-12"));
  muster_run_free(&run);
  run = run_at(reg, &rules, "2025-09-05");
  assert_subjects(reg, &run, "0:a 0:e 0:d");
  muster_run_free(&run);
  muster_register_free(reg);
}

static void groups_and_schools_are_subjects_too(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL),
                              A_RULE("year", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group"),
                              A_RULE("house", .scope = MUSTER_SUBJECT_GROUP, .by = "house"), A_RULE("pupil")};
  c_rules rules = rules_in_c(rule, 4);
  for (int i = 0; i < 4; i++) rules.when[i] = always;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:elm 0:oak 1:9 1:10 1:9 3:a 3:c 3:b 3:d");
  assert_int_equal(run.subjects[MUSTER_SUBJECT_GROUP], 3);
  assert_int_equal(run.subjects[MUSTER_SUBJECT_SCHOOL], 2);
  assert_int_equal(run.findings[2].subject.school, 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

static void units_with_totals_are_school_subjects(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t period = muster_map_add(&reg->texts, MUSTER_TEXT("2018/19"), NULL);
  for (int i = 0; i < 3; i++) {
    char id[8];
    snprintf(id, sizeof id, "u%d", i);
    muster_total total = {school_of(reg, id), period, 1000, 10 * i, 0, 10 * i, 5, 1, 0};
    assert_true(muster_register_total(reg, &total));
  }
  seal(reg);
  const muster_rule rule[] = {A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL, .hold = {MUSTER_LASTS_HALF_TERM, 1})};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = any_absence;
  assert_int_equal(muster_last_known(reg), day("2019-07-31"));
  muster_run run = run_at(reg, &rules, "2019-07-31");
  assert_subjects(reg, &run, "0:u1 0:u2");
  assert_int_equal(run.closed, 0);
  assert_int_equal(run.findings[0].since, day("2019-07-31"));
  muster_run_free(&run);
  muster_register_free(reg);
}

static void a_more_severe_finding_inhibits_the_lesser(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  muster_rule rule[] = {A_RULE("any"), A_RULE("five", .inhibits = "any"), A_RULE("most", .inhibits = "test/five")};
  c_rules rules = rules_in_c(rule, 3);
  rules.when[0] = any_absence;
  rules.when[1] = rules.when[2] = five_absences;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  /* five is taken away by most, and still takes any away */
  assert_subjects(reg, &run, "0:c 0:d 2:a");
  assert_int_equal(run.inhibited, 2);
  muster_run_free(&run);
  /* what is silenced inhibits nothing */
  rule[2].silence = day("2025-09-12");
  run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:c 0:d 1:a");
  assert_int_equal(run.inhibited, 1);
  assert_int_equal(run.silenced, 1);
  muster_run_free(&run);
  rule[2].silence = day("2025-09-11");
  run = run_at(reg, &rules, "2025-09-12");
  assert_int_equal(run.silenced, 0);
  muster_run_free(&run);
  rule[1].disabled = rule[2].disabled = true;
  run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:a 0:c 0:d");
  muster_run_free(&run);
  muster_register_free(reg);
}

static void inhibition_is_for_the_same_subject_only(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("any"), A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL, .inhibits = "any"),
                              A_RULE("self", .inhibits = "self")};
  c_rules rules = rules_in_c(rule, 3);
  rules.when[0] = any_absence;
  rules.when[1] = rules.when[2] = always;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:a 0:c 0:d 1:elm 1:oak 2:a 2:c 2:b 2:d");
  muster_run_free(&run);
  muster_register_free(reg);
}

static void nothing_is_reported_of_a_school_closed_in_term(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "elm"), bob = enrol(reg, "bob", "oak");
  open_weeks(reg, "2025-09-01", 4);
  close_week(reg, "elm", "2025-09-08", "2025-09-01", "2025-09-26");
  type_marks(reg, ann, "2025-09-01", "IIIIIIIIII");
  type_marks(reg, bob, "2025-09-01", "IIIIIIIIII IIIIIIIIII");
  seal(reg);
  const muster_rule rule[] = {A_RULE("any")};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = any_absence;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:bob");
  assert_int_equal(run.closed, 1);
  assert_int_equal(run.subjects[MUSTER_SUBJECT_PUPIL], 1);
  muster_run_free(&run);
  /* in the holidays what is known stands */
  run = run_at(reg, &rules, "2025-10-01");
  assert_subjects(reg, &run, "0:ann 0:bob");
  assert_int_equal(run.closed, 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

static void training_days_at_the_end_of_term_are_no_closure(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "elm"), bob = enrol(reg, "bob", "oak");
  open_weeks(reg, "2025-09-01", 2);
  close_week(reg, "elm", "2025-09-08", "2025-09-01", "2025-09-08"); /* the half term's last week is one Monday */
  type_marks(reg, ann, "2025-09-01", "IIIIIIIIII");
  type_marks(reg, bob, "2025-09-01", "IIIIIIIIII II");
  seal(reg);
  const muster_rule rule[] = {A_RULE("any")};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = any_absence;
  muster_run run = run_at(reg, &rules, "2025-09-08");
  assert_subjects(reg, &run, "0:ann 0:bob");
  assert_int_equal(run.closed, 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

static void what_is_pending_is_counted_and_not_reported(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("any", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 2})};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = any_absence;
  muster_run run = run_at(reg, &rules, "2025-09-12");
  assert_subjects(reg, &run, "0:a 0:d");
  assert_int_equal(run.pending, 1);
  muster_run_free(&run);
  muster_run_options options = {.as_of = day("2025-09-12"), .without_lifecycle = true};
  assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run, NULL), MUSTER_OK);
  assert_subjects(reg, &run, "0:a 0:c 0:d");
  assert_int_equal(run.findings[0].since, day("2025-09-12"));
  muster_run_free(&run);
  muster_register_free(reg);
}

static void what_is_held_says_what_was_said_when_it_was_true(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "elm");
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\IIII /\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  const muster_rule rule[] = {A_RULE("recent", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 3})};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = recent;
  muster_run run = run_at(reg, &rules, "2025-09-11");
  assert_int_equal(run.finding_count, 1);
  assert_true(run.findings[0].held);
  assert_string_equal(run.findings[0].message, "2 lately");
  assert_int_equal(run.findings[0].since, day("2025-09-04"));
  assert_int_equal(run.findings[0].as_of, day("2025-09-11"));
  muster_run_free(&run);
  run = run_at(reg, &rules, "2025-09-12");
  assert_int_equal(run.finding_count, 1);
  muster_run_free(&run);
  run = run_at(reg, &rules, "2025-09-15"); /* three school days were Wednesday to Friday */
  assert_int_equal(run.finding_count, 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

static void a_failing_rule_leaves_an_empty_run(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("any")};
  c_rules rules = rules_in_c(rule, 1);
  rules.fail_with = MUSTER_PACK;
  for (unsigned jobs = 1; jobs < 4; jobs++) {
    muster_run run;
    muster_error err = {0};
    muster_run_options options = {.as_of = day("2025-09-12"), .jobs = jobs};
    assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run, &err), MUSTER_PACK);
    assert_string_equal(err.what, "the rule broke");
    assert_int_equal(run.finding_count, 0);
    assert_null(run.findings);
  }
  muster_register_free(reg);
}

static void an_as_of_date_is_wanted(void **state) {
  (void)state;
  muster_register *reg = two_schools();
  const muster_rule rule[] = {A_RULE("any")};
  c_rules rules = rules_in_c(rule, 1);
  rules.when[0] = always;
  muster_run run;
  muster_error err = {0};
  muster_run_options options = {.as_of = MUSTER_NO_DATE};
  assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run, &err), MUSTER_USAGE);
  muster_register_free(reg);
}

/* Pupils of many schools, with marks from a generator. */
static muster_register *many_schools(int schools, int pupils) {
  muster_register *reg = muster_register_new();
  uint32_t seed = 7;
  for (int i = 0; i < schools * pupils; i++) {
    char id[16], school[16];
    snprintf(id, sizeof id, "p%d", i);
    snprintf(school, sizeof school, "s%d", i % schools);
    uint32_t pupil = enrol(reg, id, school);
    set_pupil(reg, pupil, "year_group", i % 3 ? "7" : "8");
    for (int d = 0; d < 40; d++) {
      if (d % 7 > 4) continue;
      seed = seed * 1664525u + 1013904223u;
      for (int half = 0; half < 2; half++)
        put_mark(reg, pupil, day("2025-09-01") + d, half, seed >> 28 < 2 ? "O" : half ? "\\" : "/");
    }
  }
  seal(reg);
  return reg;
}

static bool top_three(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint32_t rank, of;
  bool has = muster_desk_rank(desk, s, MUSTER_KIND_ABSENT, window(desk, "this term"), &rank, &of);
  snprintf(message, 80, "%u of %u", has ? rank : 0, has ? of : 0);
  strcpy(evidence, "{}");
  return has && rank <= 3;
}

static void any_number_of_threads_gives_the_same_run(void **state) {
  (void)state;
  muster_register *reg = many_schools(7, 40);
  const muster_plan plan = {
      .id = "p", .steps = (muster_step[]){{.id = "call", .due = {MUSTER_LASTS_SCHOOL_DAYS, 1}}}, .step_count = 1};
  const muster_rule rule[] = {A_RULE("five", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 3}, .plan = "p"),
                              A_RULE("top", .inhibits = "five"),
                              A_RULE("year", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group", .plan = "p"),
                              A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL)};
  c_rules rules = rules_in_c(rule, 4);
  rules.set.plans = &plan;
  rules.set.plan_count = 1;
  rules.when[0] = recent;
  rules.when[1] = rules.when[2] = top_three;
  rules.when[3] = always;
  muster_run first = {0};
  for (unsigned jobs = 0; jobs < 9; jobs += 2) {
    muster_run run;
    muster_run_options options = {.as_of = day("2025-10-08"), .jobs = jobs};
    assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run, NULL), MUSTER_OK);
    if (!jobs) {
      first = run;
      assert_true(run.finding_count > 50);
      continue;
    }
    assert_int_equal(run.finding_count, first.finding_count);
    assert_int_equal(run.plan_row_count, first.plan_row_count);
    assert_int_equal(run.inhibited, first.inhibited);
    for (size_t i = 0; i < run.finding_count; i++) {
      const muster_finding *a = &run.findings[i], *b = &first.findings[i];
      assert_memory_equal(&a->subject, &b->subject, sizeof a->subject);
      assert_int_equal(a->rule, b->rule);
      assert_int_equal(a->since, b->since);
      assert_string_equal(a->message, b->message);
    }
    for (size_t i = 0; i < run.plan_row_count; i++)
      assert_memory_equal(&run.plan_rows[i].subject, &first.plan_rows[i].subject, sizeof(muster_subject));
    muster_run_free(&run);
  }
  muster_run_free(&first);
  muster_register_free(reg);
}

static void later_marks_change_nothing_that_was_said(void **state) {
  (void)state;
  const muster_plan plan = {.id = "p",
                            .steps = (muster_step[]){{.id = "call", .due = {MUSTER_LASTS_SCHOOL_DAYS, 7}},
                                                     {.id = "end", .due = {MUSTER_LASTS_HALF_TERM, 1}}},
                            .step_count = 2,
                            .review_after = {MUSTER_LASTS_SCHOOL_WEEKS, 3}};
  const muster_rule rule[] = {
      A_RULE("lately", .hold = {MUSTER_LASTS_HALF_TERM, 1}, .plan = "p"),
      A_RULE("days", .for_ = {MUSTER_LASTS_SCHOOL_DAYS, 2}, .hold = {MUSTER_LASTS_SCHOOL_DAYS, 4}),
      A_RULE("top", .rearm = {MUSTER_LASTS_SCHOOL_WEEKS, 1}),
      A_RULE("year", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group")};
  c_rules rules = rules_in_c(rule, 4);
  rules.set.plans = &plan;
  rules.set.plan_count = 1;
  rules.when[0] = rules.when[1] = recent;
  rules.when[2] = rules.when[3] = top_three;
  for (muster_date as_of = day("2025-09-15"); as_of <= day("2025-10-19"); as_of++) {
    muster_run run[2];
    for (int later = 0; later < 2; later++) {
      muster_register *reg = restless(20, later ? 12 : (as_of - day("2025-09-01")) / 7 + 1);
      muster_run_options options = {.as_of = as_of};
      assert_int_equal(muster_run_rules(reg, &rules.set, &options, &run[later], NULL), MUSTER_OK);
      muster_register_free(reg);
    }
    assert_int_equal(run[0].finding_count, run[1].finding_count);
    assert_int_equal(run[0].plan_row_count, run[1].plan_row_count);
    for (size_t i = 0; i < run[0].finding_count; i++) {
      assert_int_equal(run[0].findings[i].since, run[1].findings[i].since);
      assert_int_equal(run[0].findings[i].held, run[1].findings[i].held);
      assert_string_equal(run[0].findings[i].message, run[1].findings[i].message);
    }
    for (size_t i = 0; i < run[0].plan_row_count; i++)
      assert_int_equal(run[0].plan_rows[i].due, run[1].plan_rows[i].due);
    for (size_t i = 0; i < run[0].plan_count; i++) assert_int_equal(run[0].plans[i].review, run[1].plans[i].review);
    for (int later = 0; later < 2; later++) muster_run_free(&run[later]);
  }
}

static void every_failed_allocation_is_an_error_and_nothing_leaks(void **state) {
  (void)state;
  muster_register *reg = many_schools(2, 4);
  const muster_plan plan = {
      .id = "p", .steps = (muster_step[]){{.id = "call", .due = {MUSTER_LASTS_SCHOOL_DAYS, 1}}}, .step_count = 1};
  const muster_rule rule[] = {A_RULE("five", .hold = {MUSTER_LASTS_SCHOOL_DAYS, 3}, .plan = "p"),
                              A_RULE("top", .inhibits = "five"),
                              A_RULE("year", .scope = MUSTER_SUBJECT_GROUP, .by = "year_group")};
  c_rules rules = rules_in_c(rule, 3);
  rules.set.plans = &plan;
  rules.set.plan_count = 1;
  rules.when[0] = any_absence;
  rules.when[1] = rules.when[2] = top_three;
  muster_run run;
  muster_error err;
  muster_run_options options = {.as_of = day("2025-10-08")};
  long n = 1;
  for (;; n++) {
    muster_alloc_fail_at(n);
    muster_status status = muster_run_rules(reg, &rules.set, &options, &run, &err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
    assert_null(run.findings);
  }
  assert_true(n > 40);
  assert_true(run.finding_count > 0);
  muster_run_free(&run);
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_pupils_on_roll_are_asked_about),
      cmocka_unit_test(groups_and_schools_are_subjects_too),
      cmocka_unit_test(units_with_totals_are_school_subjects),
      cmocka_unit_test(a_more_severe_finding_inhibits_the_lesser),
      cmocka_unit_test(inhibition_is_for_the_same_subject_only),
      cmocka_unit_test(nothing_is_reported_of_a_school_closed_in_term),
      cmocka_unit_test(training_days_at_the_end_of_term_are_no_closure),
      cmocka_unit_test(what_is_pending_is_counted_and_not_reported),
      cmocka_unit_test(what_is_held_says_what_was_said_when_it_was_true),
      cmocka_unit_test(a_failing_rule_leaves_an_empty_run),
      cmocka_unit_test(an_as_of_date_is_wanted),
      cmocka_unit_test(any_number_of_threads_gives_the_same_run),
      cmocka_unit_test(later_marks_change_nothing_that_was_said),
      cmocka_unit_test(every_failed_allocation_is_an_error_and_nothing_leaks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
