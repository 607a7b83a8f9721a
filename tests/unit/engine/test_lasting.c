/* Stretches of school time: reading them, when they end, and that later marks move nothing. */
#include "support.h"

static muster_lasting lasting(const char *text) {
  muster_lasting l;
  assert_int_equal(muster_lasting_parse(muster_text_of(text), &l, NULL), MUSTER_OK);
  return l;
}

static void texts_are_read(void **state) {
  (void)state;
  assert_int_equal(lasting("3 school days").kind, MUSTER_LASTS_SCHOOL_DAYS);
  assert_int_equal(lasting("3 school days").n, 3);
  assert_int_equal(lasting(" 1 School Day ").n, 1);
  assert_int_equal(lasting("6 school weeks").kind, MUSTER_LASTS_SCHOOL_WEEKS);
  assert_int_equal(lasting("until half-term end").kind, MUSTER_LASTS_HALF_TERM);
  assert_int_equal(lasting("until term end").kind, MUSTER_LASTS_TERM);
  assert_int_equal(lasting("until year end").kind, MUSTER_LASTS_YEAR);
}

static void other_texts_are_refused_with_the_forms(void **state) {
  (void)state;
  const char *wrong[] = {"",
                         "3",
                         "3 days",
                         "school days",
                         "-1 school days",
                         "99999 school days",
                         "until Friday",
                         "3.5 school days",
                         "99999999999999999999 school days"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    muster_lasting l;
    muster_error err = {0};
    assert_int_equal(muster_lasting_parse(muster_text_of(wrong[i]), &l, &err), MUSTER_PACK);
    assert_true(strstr(err.expected, "school"));
  }
}

/* Two weeks of marks, a week off, two weeks more. */
static muster_register *with_a_break(bool given) {
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "s");
  if (given) {
    open_weeks(reg, "2025-10-13", 2);
    open_weeks(reg, "2025-11-03", 2);
  }
  type_marks(reg, ann, "2025-10-13", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  type_marks(reg, ann, "2025-11-03", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  return reg;
}

static void due_dates_count_the_school_s_own_days(void **state) {
  (void)state;
  muster_register *reg = with_a_break(true);
  muster_date friday = day("2025-10-24"), wednesday = day("2025-10-22");
  assert_int_equal(muster_lasting_end(reg, 0, friday, lasting("1 school day"), friday), day("2025-11-03"));
  assert_int_equal(muster_lasting_end(reg, 0, friday, lasting("0 school days"), friday), friday);
  assert_int_equal(muster_lasting_end(reg, 0, wednesday, lasting("5 school days"), wednesday), day("2025-11-05"));
  assert_int_equal(muster_lasting_end(reg, 0, wednesday, lasting("1 school week"), wednesday), day("2025-11-05"));
  muster_register_free(reg);
}

static void after_the_calendar_ends_weekdays_are_school_days(void **state) {
  (void)state;
  muster_register *reg = with_a_break(true);
  muster_date last = day("2025-11-14");
  assert_int_equal(muster_lasting_end(reg, 0, last, lasting("5 school days"), last), day("2025-11-21"));
  muster_register_free(reg);
}

static void an_inferred_calendar_does_not_tell_of_days_to_come(void **state) {
  (void)state;
  muster_register *reg = with_a_break(false);
  muster_date friday = day("2025-10-24");
  /* the half-term week is only known to be one when it is over */
  assert_int_equal(muster_lasting_end(reg, 0, friday, lasting("1 school day"), friday), day("2025-10-27"));
  assert_int_equal(muster_lasting_end(reg, 0, friday, lasting("1 school day"), day("2025-11-10")), day("2025-11-03"));
  assert_false(muster_open_ahead(reg, 0, day("2025-10-28"), day("2025-11-10")));
  assert_true(muster_open_ahead(reg, 0, day("2025-10-28"), friday));
  assert_int_equal(muster_calendar_end(reg, 0), MUSTER_NO_DATE);
  muster_register_free(reg);
}

static void passed_is_before_on_and_after(void **state) {
  (void)state;
  muster_register *reg = with_a_break(true);
  muster_lasting two = lasting("2 school days");
  muster_date monday = day("2025-10-20");
  assert_int_equal(muster_lasting_passed(reg, 0, monday, two, monday), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, monday, two, monday + 1), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, monday, two, monday + 2), 0);
  assert_int_equal(muster_lasting_passed(reg, 0, monday, two, monday + 3), 1);
  assert_int_equal(muster_lasting_passed(reg, 0, day("2025-10-24"), two, day("2025-11-02")),
                   -1); /* the break does not count */
  muster_lasting week = lasting("1 school week");
  assert_int_equal(muster_lasting_passed(reg, 0, day("2025-10-24"), week, day("2025-10-31")), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, day("2025-10-24"), week, day("2025-11-06")), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, day("2025-10-24"), week, day("2025-11-07")), 0);
  assert_int_equal(muster_lasting_passed(reg, 0, day("2025-10-24"), week, day("2025-11-10")), 1);
  muster_lasting half = lasting("until half-term end");
  assert_int_equal(muster_lasting_passed(reg, 0, monday, half, day("2025-10-31")), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, monday, half, day("2025-11-03")), 1);
  muster_register_free(reg);
}

/* The second week has no Friday, then a week off, and school is back on a Tuesday. */
static void a_school_week_ends_with_its_last_open_day(void **state) {
  (void)state;
  const char *days[] = {"2025-10-06", "2025-10-10", "2025-10-13", "2025-10-14", "2025-10-15",
                        "2025-10-16", "2025-10-28", "2025-10-29", "2025-10-30", "2025-10-31"};
  for (int given = 0; given < 2; given++) {
    muster_register *reg = muster_register_new();
    uint32_t ann = enrol(reg, "ann", "s");
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
      put_mark(reg, ann, day(days[i]), 0, "/");
      if (given)
        assert_int_equal(muster_register_day(reg, MUSTER_NONE, day(days[i]), MUSTER_DAY_OPEN, NULL), MUSTER_OK);
    }
    seal(reg);
    muster_lasting week = lasting("1 school week");
    muster_date friday = day("2025-10-10"), thursday = day("2025-10-16");
    assert_int_equal(muster_lasting_end(reg, 0, friday, week, day("2025-10-31")), thursday);
    assert_int_equal(muster_lasting_passed(reg, 0, friday, week, thursday - 1), -1);
    /* by an inferred calendar Friday may still become a school day */
    assert_int_equal(muster_lasting_passed(reg, 0, friday, week, thursday), given ? 0 : -1);
    for (muster_date later = thursday + 1; later <= day("2025-10-31"); later++)
      assert_int_equal(muster_lasting_passed(reg, 0, friday, week, later), 1);
    muster_register_free(reg);
  }
}

static void ends_of_half_terms_and_terms_follow_given_terms(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "s");
  muster_half_term halves[] = {{day("2025-09-01"), day("2025-10-24"), 2025, 1, MUSTER_AUTUMN},
                               {day("2025-11-03"), day("2025-12-19"), 2025, 2, MUSTER_AUTUMN},
                               {day("2026-01-05"), day("2026-02-13"), 2025, 3, MUSTER_SPRING}};
  for (int i = 0; i < 3; i++) assert_int_equal(muster_register_half_term(reg, &halves[i], NULL), MUSTER_OK);
  type_marks(reg, ann, "2025-09-01", "/\\/\\/\\/\\/\\");
  seal(reg);
  muster_date from = day("2025-09-05");
  assert_int_equal(muster_lasting_end(reg, 0, from, lasting("until half-term end"), from), day("2025-10-24"));
  assert_int_equal(muster_lasting_end(reg, 0, from, lasting("until term end"), from), day("2025-12-19"));
  assert_int_equal(muster_lasting_end(reg, 0, from, lasting("until year end"), from), day("2026-02-13"));
  assert_int_equal(muster_lasting_passed(reg, 0, from, lasting("until term end"), day("2025-12-25")), -1);
  assert_int_equal(muster_lasting_passed(reg, 0, from, lasting("until term end"), day("2026-01-05")), 1);
  /* given terms say that the break is one, although no mark has been made yet */
  assert_int_equal(muster_lasting_end(reg, 0, day("2025-10-24"), lasting("1 school day"), from), day("2025-11-03"));
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_are_read),
      cmocka_unit_test(other_texts_are_refused_with_the_forms),
      cmocka_unit_test(due_dates_count_the_school_s_own_days),
      cmocka_unit_test(after_the_calendar_ends_weekdays_are_school_days),
      cmocka_unit_test(an_inferred_calendar_does_not_tell_of_days_to_come),
      cmocka_unit_test(passed_is_before_on_and_after),
      cmocka_unit_test(a_school_week_ends_with_its_last_open_day),
      cmocka_unit_test(ends_of_half_terms_and_terms_follow_given_terms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
