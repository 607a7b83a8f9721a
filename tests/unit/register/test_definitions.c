/* Definitions: one test for each question on which published answers differ. */
#include "support.h"

static muster_tally by(const char *definition, muster_register *reg, uint32_t pupil, const char *as_of) {
  muster_view view = view_of(reg, pupil, as_of);
  const muster_definition *d = muster_definition_find(definition);
  assert_non_null(d);
  muster_tally tally = muster_view_measure(&view, muster_range_of(day("2025-08-01"), day(as_of)), d);
  muster_view_close(&view);
  return tally;
}

static void attribute(muster_register *reg, uint32_t pupil, const char *name, const char *value) {
  assert_true(muster_register_set(reg, &reg->pupil_attributes, name, pupil, muster_text_of(value)));
}

/* Two absent of twenty: attendance is exactly 90%. */
static void attendance_of_exactly_ninety_per_cent(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "II/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2025-09-12").persistent, 1);
  assert_int_equal(by("dfe-daily", reg, ann, "2025-09-12").persistent, 1);
  assert_int_equal(by("chronic-us", reg, ann, "2025-09-12").persistent, 1);
  assert_int_equal(by("mya", reg, ann, "2025-09-12").persistent, 0);
  assert_int_equal(by("kipp", reg, ann, "2025-09-12").persistent, 0);
  muster_register_free(reg);
}

/* Nine days on roll, then a tenth. */
static void minimum_time_on_roll(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "IIIIIIIIII IIIIIIIIII");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2025-09-11").pupils, 1);
  assert_int_equal(by("chronic-us", reg, ann, "2025-09-11").pupils, 0);
  assert_int_equal(by("chronic-us", reg, ann, "2025-09-12").pupils, 1);
  assert_int_equal(by("edu-wh", reg, ann, "2025-09-12").pupils, 0);
  assert_int_equal(by("new-jersey", reg, ann, "2025-09-12").pupils, 0);
  assert_int_equal(by("california", reg, ann, "2025-09-12").pupils, 0);
  muster_register_free(reg);
}

/* A pupil who moved: two enrolments, or one pupil. */
static void enrolments_or_pupils(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t first, second;
  uint32_t s = muster_register_school(reg, MUSTER_TEXT("S"), NULL),
           t = muster_register_school(reg, MUSTER_TEXT("T"), NULL);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), s, MUSTER_NO_DATE, day("2025-09-12"), &first, NULL),
                   MUSTER_OK);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), t, day("2025-09-15"), MUSTER_NO_DATE, &second, NULL),
                   MUSTER_OK);
  type_marks(reg, first, "2025-09-01", "II/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  type_marks(reg, second, "2025-09-15", "/\\/\\/\\/\\/\\ /\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(by("dfe", reg, first, "2025-09-26").persistent, 1);
  assert_int_equal(by("dfe", reg, second, "2025-09-26").pupils, 1);
  assert_int_equal(by("chronic-us", reg, first, "2025-09-26").pupils, 1);
  assert_int_equal(by("chronic-us", reg, first, "2025-09-26").persistent, 0);
  assert_int_equal(by("chronic-us", reg, first, "2025-09-26").possible, 20);
  assert_int_equal(by("chronic-us", reg, second, "2025-09-26").pupils, 0);
  muster_register_free(reg);
}

static void no_mark_is_left_out_or_present(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), ben = enrol(reg, "ben", "S");
  type_marks(reg, ann, "2025-09-01", "I---/\\/\\/\\");
  type_marks(reg, ben, "2025-09-01", "/\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2025-09-05").possible, 7);
  assert_int_equal(by("dfe", reg, ann, "2025-09-05").missing, 3);
  assert_int_equal(by("edu-wh", reg, ann, "2025-09-05").possible, 10);
  muster_register_free(reg);
}

/* 29 late of 40 without absence: a late mark of 0.33 makes 9.57 of 40. */
static void a_late_mark_may_count_as_part_of_an_absence(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "LLLLLLLLLL LLLLLLLLLL LLLLLLLLL\\ /\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2025-09-26").persistent, 0);
  assert_int_equal(by("kipp", reg, ann, "2025-09-26").persistent, 1);
  muster_register_free(reg);
}

static void ages_that_the_census_leaves_out(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  static const struct {
    const char *id, *group, *birth;
    int counts;
  } pupils[] = {{"r", "R", NULL, 0},
                {"y1", "1", NULL, 1},
                {"y11", "11", NULL, 1},
                {"y12", "12", NULL, 0},
                {"n", "N2", NULL, 0},
                {"words", "Year 13", NULL, 0},
                {"short", "Y10", NULL, 1},
                {"reception", "reception", NULL, 0},
                {"nursery", "Nursery", NULL, 0},
                {"yellow", "Yellow", NULL, 1},
                {"none", "", NULL, 1},
                {"four", "1", "2020-09-02", 1},
                {"late", "1", "2021-01-02", 0},
                {"old", "", "2009-08-31", 0}};
  for (size_t i = 0; i < sizeof pupils / sizeof *pupils; i++) {
    uint32_t p = enrol(reg, pupils[i].id, "S");
    attribute(reg, p, "year_group", pupils[i].group);
    if (pupils[i].birth) reg->pupils[p].birth = day(pupils[i].birth);
    type_marks(reg, p, "2025-09-01", "/\\/\\/\\/\\/\\");
  }
  seal(reg);
  /* born 2 September 2020: four on 31 August 2025 */
  for (uint32_t i = 0; i < sizeof pupils / sizeof *pupils; i++) {
    int expected = strcmp(pupils[i].id, "four") == 0 ? 0 : pupils[i].counts;
    assert_int_equal(by("dfe", reg, i, "2025-09-05").pupils, expected);
    assert_int_equal(by("plain", reg, i, "2025-09-05").pupils, 1);
    assert_int_equal(by("dfe", reg, i, "2025-09-05").possible, 10);
  }
  muster_register_free(reg);
}

static void year_11_has_no_half_term_6_and_late_joiners_are_left_out(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), ben = enrol(reg, "ben", "S"), joiner, in_the_break;
  attribute(reg, ann, "year_group", "11");
  attribute(reg, ben, "year_group", "10");
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("cat"), 0, day("2026-06-02"), MUSTER_NO_DATE, &joiner, NULL),
                   MUSTER_OK);
  assert_int_equal(
      muster_register_enrol(reg, MUSTER_TEXT("dan"), 0, day("2026-05-26"), MUSTER_NO_DATE, &in_the_break, NULL),
      MUSTER_OK);
  const muster_half_term halves[] = {{day("2026-04-13"), day("2026-05-22"), 2025, 5, MUSTER_SUMMER},
                                     {day("2026-06-01"), day("2026-07-17"), 2025, 6, MUSTER_SUMMER}};
  for (int i = 0; i < 2; i++) assert_int_equal(muster_register_half_term(reg, &halves[i], NULL), MUSTER_OK);
  for (uint32_t p = 0; p < 2; p++) {
    type_marks(reg, p, "2026-05-18", "/\\/\\/\\/\\/\\");
    type_marks(reg, p, "2026-06-01", "SSSSSSSSSS");
  }
  type_marks(reg, joiner, "2026-06-02", "IIIIIIII");
  type_marks(reg, in_the_break, "2026-06-01", "IIIIIIIIII");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2026-07-17").possible, 10);
  assert_int_equal(by("dfe", reg, ann, "2026-07-17").persistent, 0);
  assert_int_equal(by("dfe", reg, ben, "2026-07-17").possible, 20);
  assert_int_equal(by("dfe", reg, ben, "2026-07-17").persistent, 1);
  assert_int_equal(by("dfe-daily", reg, ann, "2026-07-17").possible, 20);
  assert_int_equal(by("dfe", reg, joiner, "2026-07-17").pupils, 0);
  assert_int_equal(by("dfe-daily", reg, joiner, "2026-07-17").pupils, 1);
  assert_int_equal(by("dfe", reg, in_the_break, "2026-07-17").pupils, 0);
  muster_register_free(reg);
}

/* 31 July 2022 is a Sunday: the range of the year ends with the two numbers of its week that belong to no date. */
static void a_year_that_ends_on_a_sunday_is_that_year(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), four = enrol(reg, "four", "S");
  attribute(reg, ann, "year_group", "11");
  reg->pupils[four].birth = day("2016-10-01"); /* four on 31 August 2021, five a year later */
  const muster_half_term last = {day("2022-06-06"), day("2022-07-22"), 2021, 6, MUSTER_SUMMER};
  assert_int_equal(muster_register_half_term(reg, &last, NULL), MUSTER_OK);
  for (uint32_t p = 0; p < 2; p++) {
    type_marks(reg, p, "2022-05-16", "/\\/\\/\\/\\/\\");
    type_marks(reg, p, "2022-06-06", "SSSSSSSSSS");
  }
  seal(reg);
  const muster_range year = muster_range_of(day("2021-08-01"), day("2022-07-31"));
  assert_int_equal(muster_range_last(year), day("2022-07-31"));
  const muster_definition *dfe = muster_definition_find("dfe");
  muster_view view = view_of(reg, ann, "2022-07-31");
  assert_int_equal(muster_view_measure(&view, year, dfe).possible, 10);
  muster_view_set(&view, four, day("2022-07-31"));
  assert_int_equal(muster_view_measure(&view, year, dfe).pupils, 0);
  assert_string_equal(muster_view_left_out(&view, year, dfe), "under 5 on 31 August");
  muster_view_close(&view);
  muster_register_free(reg);
}

/* A pupil who moved last year is counted this year at the school that has the pupil now. */
static void a_mover_is_counted_where_there_are_days_in_the_period(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t before, now, s = muster_register_school(reg, MUSTER_TEXT("S"), NULL),
                        t = muster_register_school(reg, MUSTER_TEXT("T"), NULL);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), s, MUSTER_NO_DATE, day("2025-07-18"), &before, NULL),
                   MUSTER_OK);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), t, day("2025-09-01"), MUSTER_NO_DATE, &now, NULL),
                   MUSTER_OK);
  type_marks(reg, before, "2025-07-07", "/\\/\\/\\/\\/\\");
  type_marks(reg, now, "2025-09-01", "IIIIIIIIII /\\/\\/\\/\\/\\");
  seal(reg);
  assert_int_equal(by("chronic-us", reg, before, "2025-09-12").pupils, 0);
  assert_int_equal(by("chronic-us", reg, now, "2025-09-12").pupils, 1);
  assert_int_equal(by("chronic-us", reg, now, "2025-09-12").persistent, 1);
  muster_register_free(reg);
}

static void leavers_stay_in(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann;
  uint32_t s = muster_register_school(reg, MUSTER_TEXT("S"), NULL);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), s, MUSTER_NO_DATE, day("2025-09-12"), &ann, NULL),
                   MUSTER_OK);
  type_marks(reg, ann, "2025-09-01", "IIIIIIIIII IIIIIIIIII");
  seal(reg);
  assert_int_equal(by("dfe", reg, ann, "2025-12-19").persistent, 1);
  assert_int_equal(by("chronic-us", reg, ann, "2025-12-19").persistent, 1);
  muster_register_free(reg);
}

static void nothing_possible_is_not_counted(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  type_marks(reg, ann, "2025-09-01", "DDDDXX####");
  seal(reg);
  size_t n;
  const muster_definition *all = muster_definitions(&n);
  for (size_t i = 0; i < n; i++) {
    if (all[i].missing_is_present) continue;
    assert_int_equal(by(all[i].id, reg, ann, "2025-09-05").pupils, 0);
    assert_int_equal(by(all[i].id, reg, ann, "2025-09-05").persistent, 0);
  }
  muster_register_free(reg);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attendance_of_exactly_ninety_per_cent),
      cmocka_unit_test(minimum_time_on_roll),
      cmocka_unit_test(enrolments_or_pupils),
      cmocka_unit_test(no_mark_is_left_out_or_present),
      cmocka_unit_test(a_late_mark_may_count_as_part_of_an_absence),
      cmocka_unit_test(ages_that_the_census_leaves_out),
      cmocka_unit_test(year_11_has_no_half_term_6_and_late_joiners_are_left_out),
      cmocka_unit_test(a_year_that_ends_on_a_sunday_is_that_year),
      cmocka_unit_test(a_mover_is_counted_where_there_are_days_in_the_period),
      cmocka_unit_test(leavers_stay_in),
      cmocka_unit_test(nothing_possible_is_not_counted),
  };
  return cmocka_run_group_tests_name("definitions", tests, NULL, NULL);
}
