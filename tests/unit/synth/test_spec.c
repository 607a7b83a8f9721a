/* What can be asked for, in words and numbers, and what is refused. */
#include "help.h"

static muster_status check(const muster_synth_spec *spec, const char *word) {
  muster_error err = {0};
  muster_synth_plan *plan;
  muster_status status = muster_synth_plan_make(spec, &plan, &err);
  if (status == MUSTER_OK) {
    muster_synth_plan_free(plan);
    return status;
  }
  assert_null(plan);
  char text[1200];
  muster_error_format(&err, text, sizeof text);
  if (!strstr(text, word)) fail_msg("\"%s\" is not in \"%s\"", word, text);
  assert_true(err.expected[0] != '\0');
  return status;
}

static void more_schools_than_pupils_is_an_error(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(10, 9, 1);
  assert_int_equal(check(&spec, "9 pupils cannot fill 10 schools"), MUSTER_USAGE);
  spec = spec_of(0, 9, 1);
  assert_int_equal(check(&spec, "schools"), MUSTER_USAGE);
  spec = spec_of(2, 20001, 1);
  assert_int_equal(check(&spec, "too many"), MUSTER_USAGE);
  spec = spec_of(1, SIZE_MAX, 1);
  assert_int_equal(check(&spec, "too many"), MUSTER_USAGE);
}

static void years_outside_the_calendar_are_errors(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(1, 10, 1);
  spec.year = 1999;
  assert_int_equal(check(&spec, "1999"), MUSTER_USAGE);
  spec.year = 2300;
  assert_int_equal(check(&spec, "2300"), MUSTER_USAGE);
}

static void mixes_and_levels_are_checked(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(1, 10, 1);
  spec.phases[0] = -1;
  assert_int_equal(check(&spec, "mix"), MUSTER_USAGE);
  spec.phases[0] = spec.phases[1] = spec.phases[2] = 0;
  assert_int_equal(check(&spec, "empty"), MUSTER_USAGE);
  spec = spec_of(1, 10, 1);
  spec.level = "2022/23";
  assert_int_equal(check(&spec, "2022-23"), MUSTER_USAGE);
  for (size_t i = 0; muster_synth_level_name(i); i++) {
    spec.level = muster_synth_level_name(i);
    assert_int_equal(check(&spec, ""), MUSTER_OK);
  }
  assert_string_equal(muster_synth_level_name(0), "2022-23");
  spec.level = NULL;
  assert_int_equal(check(&spec, ""), MUSTER_OK);
}

static muster_status effect(const char *words, muster_synth_effect *out, const char *expected) {
  muster_error err = {0};
  muster_status status = muster_synth_effect_parse(muster_text_of(words), out, &err);
  char text[1200];
  muster_error_format(&err, text, sizeof text);
  if (status != MUSTER_OK && !strstr(text, expected)) fail_msg("\"%s\" is not in \"%s\"", expected, text);
  return status;
}

static void an_effect_is_read_from_words(void **state) {
  (void)state;
  muster_synth_effect e;
  assert_int_equal(effect("mentor:-1.0", &e, ""), MUSTER_OK);
  assert_int_equal(e.kind, MUSTER_SYNTH_MENTOR);
  assert_int_equal(e.select, MUSTER_SYNTH_HIGH_ABSENCE);
  assert_true(e.size == -1.0 && e.share == 0.5 && e.threshold == 0.10 && e.cohorts == 1);
  assert_int_equal(effect("hub:0.5,select=schools,share=0.25,cohorts=3,stagger=6,start=2026-01-05", &e, ""), MUSTER_OK);
  assert_int_equal(e.select, MUSTER_SYNTH_WHOLE_SCHOOLS);
  assert_true(e.size == 0.5 && e.share == 0.25 && e.cohorts == 3 && e.stagger_weeks == 6);
  assert_int_equal(e.start, muster_date_of(2026, 1, 5));
  assert_int_equal(effect("letters,select=high,threshold=0.2,window=2025-09-01..2025-10-10", &e, ""), MUSTER_OK);
  assert_true(e.size == 0 && e.threshold == 0.2);
  assert_int_equal(e.window_last, muster_date_of(2025, 10, 10));
}

static void wrong_words_of_an_effect_name_what_is_known(void **state) {
  (void)state;
  muster_synth_effect e;
  assert_int_equal(effect("mentr:-1", &e, "did you mean \"mentor\""), MUSTER_USAGE);
  assert_int_equal(effect("mentor:much", &e, "percentage points"), MUSTER_USAGE);
  assert_int_equal(effect("mentor:-1,selct=high", &e, "did you mean \"select\""), MUSTER_USAGE);
  assert_int_equal(effect("mentor:-1,select=all", &e, "random, high, schools"), MUSTER_USAGE);
  assert_int_equal(effect("mentor:-1,start=5 Jan", &e, "a date"), MUSTER_USAGE);
  assert_int_equal(effect("mentor:-1,window=2025-09-01", &e, "two dates"), MUSTER_USAGE);
  assert_int_equal(effect("mentor:-1,cohorts=-2", &e, "whole number"), MUSTER_USAGE);
  assert_int_equal(effect("", &e, "mentor"), MUSTER_USAGE);
}

static void an_effect_that_cannot_be_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *words, *expected;
  } cases[] = {{"mentor:-80", "out of range"},
               {"mentor:-1,share=0", "share"},
               {"mentor:-1,share=1.5", "share"},
               {"mentor:-1,cohorts=0", "cohorts"},
               {"mentor:-1,start=2024-09-10", "outside"},
               {"mentor:-1,cohorts=16,stagger=8", "outside"},
               {"mentor:-1,start=2025-09-10", "before 2025-09-10"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    muster_synth_spec spec = spec_of(2, 100, 1);
    assert_int_equal(effect(cases[i].words, &spec.effect, ""), MUSTER_OK);
    assert_int_equal(check(&spec, cases[i].expected), MUSTER_USAGE);
  }
}

static void layouts_and_phases_are_read_from_words(void **state) {
  (void)state;
  muster_error err = {0};
  muster_synth_layout layout;
  double phases[MUSTER_SYNTH_PHASES] = {9, 9, 9};
  for (int k = 0; k <= MUSTER_SYNTH_ABSENCES; k++) {
    const char *name = muster_synth_layout_name((muster_synth_layout)k);
    assert_int_equal(muster_synth_layout_parse(muster_text_of(name), &layout, &err), MUSTER_OK);
    assert_int_equal(layout, k);
  }
  assert_int_equal(muster_synth_layout_parse(MUSTER_TEXT("strips"), &layout, &err), MUSTER_USAGE);
  assert_non_null(strstr(err.todo, "strip"));
  assert_int_equal(muster_synth_phases_parse(MUSTER_TEXT("primary=0.6,special=0.4"), phases, &err), MUSTER_OK);
  assert_true(phases[0] == 0.6 && phases[1] == 0 && phases[2] == 0.4);
  assert_int_equal(muster_synth_phases_parse(MUSTER_TEXT("secondary"), phases, &err), MUSTER_OK);
  assert_true(phases[0] == 0 && phases[1] == 1);
  assert_int_equal(muster_synth_phases_parse(MUSTER_TEXT("middle=1"), phases, &err), MUSTER_USAGE);
  assert_int_equal(muster_synth_phases_parse(MUSTER_TEXT("primary=x"), phases, &err), MUSTER_USAGE);
}

static void sizes_add_up_and_every_school_has_a_pupil(void **state) {
  (void)state;
  static const size_t cases[][2] = {{1, 1}, {7, 7}, {3, 4}, {50, 50000}, {1000, 1003}, {24000, 7000000}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    muster_synth_spec spec = spec_of(cases[i][0], cases[i][1], i);
    muster_synth_plan *plan;
    muster_error err;
    assert_int_equal(muster_synth_plan_make(&spec, &plan, &err), MUSTER_OK);
    size_t sum = 0;
    for (size_t k = 0; k < muster_synth_plan_schools(plan); k++) {
      size_t n = muster_synth_plan_pupils(plan, k);
      assert_true(n >= 1);
      sum += n;
    }
    assert_int_equal(sum, cases[i][1]);
    assert_int_equal(muster_synth_plan_pupils(plan, cases[i][0]), 0);
    muster_synth_school school = {0};
    assert_int_equal(muster_synth_school_make(plan, cases[i][0], &school, &err), MUSTER_USAGE);
    muster_synth_school_free(&school);
    muster_synth_plan_free(plan);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(more_schools_than_pupils_is_an_error),
      cmocka_unit_test(years_outside_the_calendar_are_errors),
      cmocka_unit_test(mixes_and_levels_are_checked),
      cmocka_unit_test(an_effect_is_read_from_words),
      cmocka_unit_test(wrong_words_of_an_effect_name_what_is_known),
      cmocka_unit_test(an_effect_that_cannot_be_is_refused),
      cmocka_unit_test(layouts_and_phases_are_read_from_words),
      cmocka_unit_test(sizes_add_up_and_every_school_has_a_pupil),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
