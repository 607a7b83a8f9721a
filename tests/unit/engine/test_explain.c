/* Why, why not, and how far away. */
#include "support.h"

static bool persistent(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  double rate = 0;
  uint32_t w = window(desk, "year");
  bool has = muster_desk_rate(desk, s, MUSTER_KIND_ABSENT, w, &rate);
  muster_desk_tell(desk, "rate", NULL, w, "%.4f", rate);
  uint64_t yes, of;
  muster_desk_persistent(desk, s, w, &yes, &of);
  snprintf(message, 80, "absent %.1f%%", 100 * rate);
  snprintf(evidence, 80, "{\"rate\":%.4f}", rate);
  return has && yes;
}

static bool four_in_two_weeks(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint32_t w = window(desk, "last 2 school weeks");
  uint64_t n = muster_desk_count(desk, s, MUSTER_KIND_UNAUTHORISED, w, NULL);
  muster_desk_tell(desk, "count", "unauthorised", w, "%d", (int)n);
  strcpy(message, "four");
  strcpy(evidence, "{}");
  return n >= 4;
}

static bool coded(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  uint32_t w = window(desk, "year");
  uint64_t n = muster_desk_count(desk, s, MUSTER_KIND_CODES, w, NULL);
  muster_desk_tell(desk, "count", NULL, w, "%d", (int)n);
  (void)message, (void)evidence;
  return n >= 2;
}

static bool never(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  (void)desk, (void)s, (void)message, (void)evidence;
  return false;
}

/* Absences of a week, as a rule sees them that looks through all weeks of the year. */
static int absences_of_week(muster_desk *desk, const muster_subject *s, const char *monday) {
  uint32_t w = window(desk, "year");
  muster_view *view = muster_desk_view(desk, s);
  muster_desk_tell(desk, "weeks", "", w, "%d", 4);
  return (int)muster_view_count(view, MUSTER_KIND_ABSENT, muster_range_of(day(monday), day(monday) + 6));
}

static bool first_week(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  int n = absences_of_week(desk, s, "2025-09-01");
  strcpy(message, "first week");
  snprintf(evidence, 80, "{\"n\":%d}", n);
  return n >= 1;
}

static bool some_week(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  strcpy(message, "a week");
  strcpy(evidence, "{}");
  return absences_of_week(desk, s, "2025-09-01") >= 2 || absences_of_week(desk, s, "2025-09-08") >= 2;
}

/* Of all it looks through, this rule takes only what happened on Mondays. */
static bool two_mondays(muster_desk *desk, const muster_subject *s, char *message, char *evidence) {
  int n = absences_of_week(desk, s, "2025-09-01"), mondays = 0;
  muster_view *view = muster_desk_view(desk, s);
  for (muster_date d = day("2025-09-01"); d <= day("2025-09-22"); d += 7)
    mondays += muster_view_count(view, MUSTER_KIND_ABSENT, muster_range_of(d, d)) > 0;
  strcpy(message, "mondays");
  snprintf(evidence, 80, "{\"mondays\":%d}", mondays);
  return n >= 0 && mondays >= 2;
}

/* Forty sessions in four weeks from 1 September; the calendar goes on to 24 October. */
static muster_register *with(const char *marks, bool given) {
  muster_register *reg = muster_register_new();
  if (given) open_weeks(reg, "2025-09-01", 8);
  type_marks(reg, enrol(reg, "ann", "oak"), "2025-09-01", marks);
  type_marks(reg, enrol(reg, "bob", "oak"), "2025-09-01",
             "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  return reg;
}

static muster_explanation explain(const muster_register *reg, c_rules *rules, const char *as_of, uint32_t rule) {
  muster_explanation out;
  muster_error err = {0};
  muster_subject s;
  assert_int_equal(muster_subject_of_pupil(reg, MUSTER_TEXT("ann"), day(as_of), &s, &err), MUSTER_OK);
  muster_explain_options options = {.as_of = day(as_of), .rule = rule};
  muster_status status = muster_explain(reg, &rules->set, &s, &options, &out, &err);
  assert_string_equal(err.what, "");
  assert_int_equal(status, MUSTER_OK);
  return out;
}

static const muster_rule some[] = {A_RULE("pa"), A_RULE("four"), A_RULE("coded"), A_RULE("never")};

static c_rules the_rules(const muster_register *reg, muster_code_set *set) {
  c_rules rules = rules_in_c(some, 4);
  rules.when[0] = persistent;
  rules.when[1] = four_in_two_weeks;
  rules.when[2] = coded;
  rules.when[3] = never;
  assert_int_equal(muster_code_set_parse(&reg->codes, MUSTER_TEXT("U O"), set, NULL), MUSTER_OK);
  rules.set.sets = set;
  rules.set.set_count = 1;
  return rules;
}

static void a_flag_lists_what_was_asked_and_what_counted(void **state) {
  (void)state;
  muster_register *reg = with("/\\/\\/\\/\\/I /\\/\\/\\/\\OO /\\/\\/\\/\\II", true);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_explanation out = explain(reg, &rules, "2025-09-19", 0);
  assert_int_equal(out.rule_count, 1);
  const muster_explained *e = &out.rules[0];
  assert_true(e->flagged);
  assert_string_equal(muster_explain_status_text(e->status), "reported");
  assert_int_equal(e->since, day("2025-09-05")); /* 1 of 10 is exactly ten percent */
  assert_string_equal(e->message, "absent 16.7%");
  assert_string_equal(e->evidence, "{\"rate\":0.1667}");
  assert_int_equal(e->question_count, 1);
  assert_string_equal(e->questions[0].method, "rate");
  assert_string_equal(e->questions[0].argument, "absent");
  assert_string_equal(e->questions[0].window, "year");
  assert_string_equal(e->questions[0].answer, "0.1667");
  assert_int_equal(e->session_count, 5);
  assert_int_equal(e->sessions[0].date, day("2025-09-05"));
  assert_true(e->sessions[0].afternoon);
  assert_string_equal(e->sessions[0].code, "I");
  assert_string_equal(e->sessions[1].code, "O");
  assert_true(e->sessions[1].categories & MUSTER_UNAUTHORISED);
  assert_true(e->has_fraction);
  assert_int_equal(e->numerator, 5);
  assert_int_equal(e->denominator, 30);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

/* Of a week that made a flag, the sessions that did; where each of several would have done, all of them. */
static void a_flag_lists_single_sessions_of_a_week(void **state) {
  (void)state;
  muster_register *reg = with("I\\/\\/\\/\\II /\\II/\\/\\/\\ OO/\\I\\/\\/\\ /\\/\\/\\/\\/\\", true);
  static const muster_rule one[] = {A_RULE("mondays")};
  c_rules rules = rules_in_c(one, 1);
  rules.when[0] = two_mondays;
  muster_explanation out = explain(reg, &rules, "2025-09-26", MUSTER_NONE);
  const muster_explained *e = &out.rules[0];
  assert_true(e->flagged);
  assert_int_equal(e->session_count, 3); /* of eight: one Monday morning, and both halves of another Monday */
  assert_int_equal(e->sessions[0].date, day("2025-09-01"));
  assert_int_equal(e->sessions[1].date, day("2025-09-15"));
  assert_int_equal(e->sessions[2].date, day("2025-09-15"));
  muster_explanation_free(&out);
  muster_register_free(reg);
}

/* A rule that looks through a year of weeks: only the weeks that made the flag are listed. */
static void a_flag_lists_no_session_that_made_no_difference(void **state) {
  (void)state;
  muster_register *reg = with("/I/\\/\\/\\I\\ /\\OO/\\/\\/\\ /\\/\\/\\II/\\ OO/\\/\\/\\/\\", true);
  static const muster_rule two[] = {A_RULE("first"), A_RULE("some")};
  c_rules rules = rules_in_c(two, 2);
  rules.when[0] = first_week;
  rules.when[1] = some_week;
  muster_explanation out = explain(reg, &rules, "2025-09-26", MUSTER_NONE);
  assert_int_equal(out.rule_count, 2);
  assert_true(out.rules[0].flagged && out.rules[1].flagged);
  assert_int_equal(out.rules[0].session_count, 2); /* both of the first week, of eight in all */
  assert_int_equal(out.rules[0].sessions[0].date, day("2025-09-01"));
  assert_true(out.rules[0].sessions[0].afternoon);
  assert_int_equal(out.rules[0].sessions[1].date, day("2025-09-05"));
  assert_int_equal(out.rules[1].session_count, 2); /* either of two weeks would do: the later */
  assert_int_equal(out.rules[1].sessions[0].date, day("2025-09-09"));
  assert_string_equal(out.rules[1].sessions[1].code, "O");
  muster_explanation_free(&out);
  out = explain(reg, &rules, "2025-09-26", 0); /* and nothing of what was supposed stays */
  assert_string_equal(out.rules[0].evidence, "{\"n\":2}");
  assert_int_equal(out.rules[0].attended.sessions, 8);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void a_flag_says_how_to_clear_it(void **state) {
  (void)state;
  muster_register *reg = with("/\\/\\/\\/\\/I /\\/\\/\\/\\OO /\\/\\/\\/\\II", true);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_explanation out = explain(reg, &rules, "2025-09-19", 0);
  const muster_explained *e = &out.rules[0];
  /* 3 of 30 is still ten percent: three fewer are needed */
  assert_true(e->attended.known);
  assert_int_equal(e->attended.sessions, 3);
  assert_int_equal(e->attended.date, day("2025-09-12"));
  /* 5 of 50 is ten percent on Friday 3 October; 5 of 52 on Monday is less */
  assert_true(e->clears.known);
  assert_int_equal(e->clears.date, day("2025-10-06"));
  assert_int_equal(e->clears.sessions, 22);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void what_cannot_clear_this_year_says_so(void **state) {
  (void)state;
  muster_register *reg = with("IIIIIIIIII IIIIIIIIII IIIIIIIIII", true);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_explanation out = explain(reg, &rules, "2025-09-19", 0);
  assert_true(out.rules[0].attended.known);
  assert_false(out.rules[0].clears.known);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void a_rolling_window_clears_when_the_weeks_have_passed(void **state) {
  (void)state;
  for (int given = 0; given < 2; given++) { /* an inferred calendar takes weekdays to be open */
    muster_register *reg = with("/\\/\\/\\/\\/\\ /\\/\\/\\OOOO /\\/\\/\\/\\/\\", given);
    muster_code_set set;
    c_rules rules = the_rules(reg, &set);
    muster_explanation out = explain(reg, &rules, "2025-09-19", 1);
    assert_true(out.rules[0].flagged);
    assert_int_equal(out.rules[0].clears.date, day("2025-09-22"));
    assert_int_equal(out.rules[0].attended.sessions, 1);
    muster_explanation_free(&out);
    muster_register_free(reg);
  }
}

static void no_flag_says_how_far_away_it_is_and_which_is_nearest(void **state) {
  (void)state;
  muster_register *reg = with("/\\/\\/\\/\\/\\ /\\/\\/\\/\\/O /\\/\\/\\/\\/\\", true);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_explanation out = explain(reg, &rules, "2025-09-19", MUSTER_NONE);
  assert_int_equal(out.rule_count, 4);
  const muster_explained *pa = &out.rules[0], *four = &out.rules[1], *code = &out.rules[2], *no = &out.rules[3];
  assert_false(pa->flagged);
  assert_int_equal(pa->status, MUSTER_EXPLAIN_NOT_FLAGGED);
  /* after Monday 3 of 32 and after Tuesday morning 4 of 34 */
  assert_int_equal(pa->unauthorised.sessions, 3);
  assert_int_equal(pa->unauthorised.date, day("2025-09-23"));
  assert_int_equal(pa->illness.sessions, 3);
  /* the absence of 12 September leaves the window as the next week begins: four sessions are needed */
  assert_int_equal(four->unauthorised.sessions, 4);
  assert_int_equal(four->unauthorised.date, day("2025-09-23"));
  assert_false(four->illness.known);
  assert_int_equal(code->unauthorised.sessions, 1);
  assert_string_equal(code->questions[0].argument, "codes O U");
  assert_int_equal(code->session_count, 1);
  assert_false(no->unauthorised.known);
  assert_int_equal(no->question_count, 0);
  assert_int_equal(out.nearest, 2);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void later_marks_do_not_reach_an_explanation(void **state) {
  (void)state;
  muster_distance seen[2][2];
  for (int later = 0; later < 2; later++) {
    muster_register *reg = with(later ? "/\\/\\/\\/\\/I /\\/\\/\\/\\OO /\\/\\/\\/\\II IIIIIIIIII"
                                      : "/\\/\\/\\/\\/I /\\/\\/\\/\\OO /\\/\\/\\/\\II",
                                false);
    muster_code_set set;
    c_rules rules = the_rules(reg, &set);
    muster_explanation out = explain(reg, &rules, "2025-09-19", MUSTER_NONE);
    seen[later][0] = out.rules[0].clears;
    seen[later][1] = out.rules[1].unauthorised;
    muster_explanation_free(&out);
    muster_register_free(reg);
  }
  for (int i = 0; i < 2; i++) {
    assert_true(seen[0][i].known);
    assert_int_equal(seen[0][i].date, seen[1][i].date);
    assert_int_equal(seen[0][i].sessions, seen[1][i].sessions);
  }
}

static void statuses_tell_held_pending_silenced_and_inhibited_apart(void **state) {
  (void)state;
  muster_register *reg = with("/\\/\\/\\/\\/\\ /\\/\\/\\OOOO /\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\", true);
  const muster_rule rule[] = {A_RULE("held", .hold = {MUSTER_LASTS_HALF_TERM, 1}),
                              A_RULE("pending", .for_ = {MUSTER_LASTS_SCHOOL_WEEKS, 6}), A_RULE("silenced"),
                              A_RULE("lesser"), A_RULE("greater", .inhibits = "lesser")};
  muster_rule rules_now[5];
  memcpy(rules_now, rule, sizeof rule);
  rules_now[2].silence = day("2025-12-31");
  c_rules rules = rules_in_c(rules_now, 5);
  rules.when[0] = four_in_two_weeks;
  for (int i = 1; i < 5; i++) rules.when[i] = persistent;
  muster_explanation out = explain(reg, &rules, "2025-09-26", MUSTER_NONE);
  const char *expected[] = {"held", "pending", "silenced", "inhibited", "reported"};
  for (size_t i = 0; i < 5; i++) assert_string_equal(muster_explain_status_text(out.rules[i].status), expected[i]);
  assert_int_equal(out.rules[3].inhibited_by, 4);
  assert_int_equal(out.rules[4].inhibited_by, MUSTER_NONE);
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void a_closed_school_is_said_to_be_one(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  open_weeks(reg, "2025-09-01", 4);
  close_week(reg, "oak", "2025-09-08", "2025-09-01", "2025-09-26");
  type_marks(reg, enrol(reg, "ann", "oak"), "2025-09-01", "IIIIIIIIII");
  seal(reg);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_explanation out = explain(reg, &rules, "2025-09-10", 0);
  assert_true(out.rules[0].flagged);
  assert_string_equal(muster_explain_status_text(out.rules[0].status), "school closed");
  muster_explanation_free(&out);
  muster_register_free(reg);
}

static void schools_are_explained_without_distance(void **state) {
  (void)state;
  muster_register *reg = with("IIIIIIIIII", true);
  const muster_rule rule[] = {A_RULE("school", .scope = MUSTER_SUBJECT_SCHOOL), A_RULE("pupil")};
  c_rules rules = rules_in_c(rule, 2);
  rules.when[0] = rules.when[1] = persistent;
  muster_subject s = school_subject(0);
  muster_explanation out;
  muster_explain_options options = {.as_of = day("2025-09-05"), .rule = MUSTER_NONE};
  assert_int_equal(muster_explain(reg, &rules.set, &s, &options, &out, NULL), MUSTER_OK);
  assert_int_equal(out.rule_count, 1);
  assert_true(out.rules[0].flagged);
  assert_false(out.rules[0].has_distance);
  assert_int_equal(out.rules[0].numerator, 10);
  assert_int_equal(out.rules[0].denominator, 20);
  muster_explanation_free(&out);
  options.rule = 1;
  muster_error err = {0};
  assert_int_equal(muster_explain(reg, &rules.set, &s, &options, &out, &err), MUSTER_USAGE);
  muster_register_free(reg);
}

static void unknown_pupils_and_dates_off_roll_are_said_so(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol_from(reg, "ann", "oak", day("2025-09-08"), day("2025-10-24"));
  type_marks(reg, ann, "2025-09-08", "/\\");
  seal(reg);
  muster_subject s;
  muster_error err = {0};
  assert_int_equal(muster_subject_of_pupil(reg, MUSTER_TEXT("zoe"), day("2025-09-08"), &s, &err), MUSTER_DATA);
  assert_null(strstr(err.what, "zoe"));
  assert_int_equal(muster_subject_of_pupil(reg, MUSTER_TEXT("ann"), day("2025-09-01"), &s, &err), MUSTER_DATA);
  assert_true(strstr(err.expected, "2025-09-08") && strstr(err.expected, "2025-10-24"));
  assert_int_equal(muster_subject_of_pupil(reg, MUSTER_TEXT("ann"), day("2025-09-08"), &s, &err), MUSTER_OK);
  muster_register_free(reg);
}

static void every_failed_allocation_is_an_error(void **state) {
  (void)state;
  muster_register *reg = with("/\\/\\/\\/\\/I /\\/\\/\\/\\OO /\\/\\/\\/\\II", true);
  muster_code_set set;
  c_rules rules = the_rules(reg, &set);
  muster_subject s = pupil_subject(reg, 0);
  muster_explain_options options = {.as_of = day("2025-09-19"), .rule = MUSTER_NONE};
  for (long n = 1;; n++) {
    muster_explanation out;
    muster_alloc_fail_at(n);
    muster_status status = muster_explain(reg, &rules.set, &s, &options, &out, NULL);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      assert_true(n > 20);
      muster_explanation_free(&out);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
    assert_null(out.rules);
  }
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_flag_lists_what_was_asked_and_what_counted),
      cmocka_unit_test(a_flag_lists_single_sessions_of_a_week),
      cmocka_unit_test(a_flag_lists_no_session_that_made_no_difference),
      cmocka_unit_test(a_flag_says_how_to_clear_it),
      cmocka_unit_test(what_cannot_clear_this_year_says_so),
      cmocka_unit_test(a_rolling_window_clears_when_the_weeks_have_passed),
      cmocka_unit_test(no_flag_says_how_far_away_it_is_and_which_is_nearest),
      cmocka_unit_test(later_marks_do_not_reach_an_explanation),
      cmocka_unit_test(statuses_tell_held_pending_silenced_and_inhibited_apart),
      cmocka_unit_test(a_closed_school_is_said_to_be_one),
      cmocka_unit_test(schools_are_explained_without_distance),
      cmocka_unit_test(unknown_pupils_and_dates_off_roll_are_said_so),
      cmocka_unit_test(every_failed_allocation_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
