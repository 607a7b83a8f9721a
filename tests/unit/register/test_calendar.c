/* Sessions as numbers, school weeks, half terms, windows. */
#include "support.h"

static void a_session_is_a_number_and_back(void **state) {
  (void)state;
  for (muster_date d = day("1999-12-20"); d < day("2031-02-01"); d++) {
    muster_session s = muster_session_of(d);
    assert_int_equal(muster_session_date(s), d);
    assert_int_equal(muster_session_date(s + 1), d);
    assert_int_equal(muster_week_monday(muster_session_week(s)), muster_date_monday(d));
  }
  assert_int_equal(muster_session_of(day("1969-12-29")), -MUSTER_LANE);
}

/* Weeks of 1 September 2025 to 24 October, 3 November to 19 December, 5 January to 13 February, 23 February to 27
 * March, 13 April to 22 May, 1 June to 17 July 2026; Easter Sunday is 5 April 2026. */
static muster_register *a_school_year(void) {
  static const struct {
    const char *from;
    int weeks;
  } stretches[] = {{"2025-09-01", 8}, {"2025-11-03", 7}, {"2026-01-05", 6},
                   {"2026-02-23", 5}, {"2026-04-13", 6}, {"2026-06-01", 7}};
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  for (size_t i = 0; i < 6; i++)
    for (int w = 0; w < stretches[i].weeks; w++) {
      char from[MUSTER_DATE_TEXT];
      type_marks(reg, ann, muster_date_format(day(stretches[i].from) + 7 * w, from), "/\\/\\/\\/\\/\\");
    }
  seal(reg);
  return reg;
}

static void half_terms_are_found_between_holidays(void **state) {
  (void)state;
  muster_register *reg = a_school_year();
  assert_false(reg->calendar_given);
  assert_false(reg->terms_given);
  assert_int_equal(reg->half_term_count, 6);
  static const char *const starts[] = {"2025-09-01", "2025-11-03", "2026-01-05",
                                       "2026-02-23", "2026-04-13", "2026-06-01"};
  static const char *const ends[] = {"2025-10-24", "2025-12-19", "2026-02-13",
                                     "2026-03-27", "2026-05-22", "2026-07-17"};
  for (int i = 0; i < 6; i++) {
    assert_int_equal(reg->half_terms[i].half_term, i + 1);
    assert_int_equal(reg->half_terms[i].term, i / 2);
    assert_int_equal(reg->half_terms[i].start, day(starts[i]));
    assert_int_equal(reg->half_terms[i].end, day(ends[i]));
  }
  muster_register_free(reg);
}

/* What is known of a year begins where the data begin, and a register typed without holidays still has terms. */
static void half_terms_of_part_of_a_year(void **state) {
  (void)state;
  static const struct {
    const char *from;
    int days, half_term, of_how_many;
  } parts[] = {{"2025-09-01", 10, 1, 1}, {"2025-10-20", 5, 1, 1}, {"2025-11-03", 10, 2, 1}, {"2026-01-05", 10, 3, 1},
               {"2026-02-23", 10, 4, 1}, {"2024-02-19", 5, 4, 1}, {"2026-04-13", 10, 5, 1}, {"2026-06-01", 10, 6, 1},
               {"2025-05-26", 5, 6, 1},  {"2025-12-01", 40, 2, 2}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    muster_register *reg = muster_register_new();
    uint32_t ann = enrol(reg, "ann", "S");
    char marks[200] = "";
    for (int d = 0; d < parts[i].days; d++) strcat(marks, "/\\");
    type_marks(reg, ann, parts[i].from, marks);
    seal(reg);
    assert_int_equal(reg->half_term_count, parts[i].of_how_many);
    assert_int_equal(reg->half_terms[0].half_term, parts[i].half_term);
    if (parts[i].of_how_many == 2) assert_int_equal(reg->half_terms[1].half_term, 3);
    muster_register_free(reg);
  }
}

static void check_window(const muster_register *reg, const char *text, const char *as_of, const char *first,
                         const char *last) {
  muster_window window;
  muster_error err = {0};
  assert_int_equal(muster_window_parse(muster_text_of(text), &window, &err), MUSTER_OK);
  muster_range range = muster_window_range(reg, 0, &window, day(as_of), MUSTER_NO_DATE);
  if (!first) {
    assert_true(range.begin >= range.end);
    return;
  }
  char a[MUSTER_DATE_TEXT], b[MUSTER_DATE_TEXT];
  assert_string_equal(muster_date_format(muster_session_date(range.begin), a), first);
  assert_string_equal(muster_date_format(muster_session_date(range.end - 1), b), last);
}

static void windows_end_at_the_as_of_date(void **state) {
  (void)state;
  muster_register *reg = a_school_year();
  check_window(reg, "year", "2025-11-12", "2025-08-01", "2025-11-12");
  check_window(reg, "this half-term", "2025-11-12", "2025-11-03", "2025-11-12");
  check_window(reg, "this half-term", "2025-10-28", "2025-09-01", "2025-10-24");
  check_window(reg, "last half-term", "2025-11-12", "2025-09-01", "2025-10-24");
  check_window(reg, "last half-term", "2025-09-12", NULL, NULL);
  check_window(reg, "this term", "2026-03-02", "2026-01-05", "2026-03-02");
  check_window(reg, "last term", "2026-03-02", "2025-09-01", "2025-12-19");
  check_window(reg, "Autumn", "2026-03-02", "2025-09-01", "2025-12-19");
  check_window(reg, "HT3", "2026-03-02", "2026-01-05", "2026-02-13");
  check_window(reg, "HT4", "2026-03-02", "2026-02-23", "2026-03-02");
  check_window(reg, "HT5", "2026-03-02", NULL, NULL);
  check_window(reg, "since 2025-09-10", "2025-09-20", "2025-09-10", "2025-09-20");
  check_window(reg, "2025-09-08..2025-10-24", "2025-09-19", "2025-09-08", "2025-09-19");
  check_window(reg, "2025-09-08..2025-09-12", "2025-09-19", "2025-09-08", "2025-09-12");
  check_window(reg, "2025-10-01..2025-10-24", "2025-09-19", NULL, NULL);
  check_window(reg, "last 1 school week", "2025-11-12", "2025-11-10", "2025-11-12");
  check_window(reg, "last 3 school weeks", "2025-11-12", "2025-10-20", "2025-11-12");
  check_window(reg, "last 3 school days", "2025-11-04", "2025-10-24", "2025-11-04");
  check_window(reg, "last 7 days", "2025-11-12", "2025-11-06", "2025-11-12");
  check_window(reg, "since plan", "2025-11-12", NULL, NULL);
  muster_register_free(reg);
}

static void what_is_no_window_is_refused_with_the_nearest(void **state) {
  (void)state;
  muster_window window;
  muster_error err;
  assert_int_equal(muster_window_parse(MUSTER_TEXT("this half-trem"), &window, &err), MUSTER_PACK);
  assert_string_equal(err.todo, "did you mean \"this half term\"?");
  const char *const bad[] = {"",
                             "last 0 school weeks",
                             "last school weeks",
                             "last -1 days",
                             "2025-02-30",
                             "2025-10-01..2025-09-01",
                             "last 99999999999 days",
                             "since",
                             "since 2025-9-1",
                             "HT7",
                             "last 6 schools weeks"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(muster_window_parse(muster_text_of(bad[i]), &window, &err), MUSTER_PACK);
}

static void due_dates_count_open_days(void **state) {
  (void)state;
  muster_register *reg = a_school_year();
  const muster_open_days *open = &reg->schools[0].open;
  assert_int_equal(muster_open_day_after(open, day("2025-10-23"), 1), day("2025-10-24"));
  assert_int_equal(muster_open_day_after(open, day("2025-10-24"), 1), day("2025-11-03"));
  assert_int_equal(muster_open_day_after(open, day("2025-10-22"), 5), day("2025-11-05"));
  assert_int_equal(muster_open_day_after(open, day("2025-11-05"), -5), day("2025-10-22"));
  assert_int_equal(muster_open_days_between(open, day("2025-10-22"), day("2025-11-05")), 5);
  assert_int_equal(muster_open_days_between(open, day("2025-11-05"), day("2025-10-22")), -5);
  muster_register_free(reg);
}

static void a_given_calendar_decides(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S");
  for (muster_date d = day("2025-09-01"); d <= day("2025-09-12"); d++)
    if (muster_date_weekday(d) < 5)
      assert_int_equal(muster_register_day(reg, MUSTER_NONE, d, MUSTER_DAY_OPEN, NULL), MUSTER_OK);
  assert_int_equal(muster_register_day(reg, 0, day("2025-09-05"), MUSTER_DAY_INSET, NULL), MUSTER_OK);
  assert_true(muster_register_expects(reg, 0, day("2025-09-04")));
  assert_false(muster_register_expects(reg, 0, day("2025-09-05")));
  assert_false(muster_register_expects(reg, 0, day("2025-09-15")));
  assert_true(muster_register_expects(reg, 1, day("2025-09-05")));
  type_marks(reg, ann, "2025-09-01", "/\\/\\");
  seal(reg);
  assert_true(reg->calendar_given);
  muster_view view = view_of(reg, ann, "2025-09-12");
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_MISSING, everything), 2 * 7);
  muster_view_set(&view, ann, day("2025-09-04"));
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_MISSING, everything), 4);
  muster_view_close(&view);
  muster_register_free(reg);
}

static void absences_alone_imply_presence(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t ann = enrol(reg, "ann", "S"), ben = enrol(reg, "ben", "S");
  for (muster_date d = day("2025-09-01"); d <= day("2025-09-19"); d++)
    if (muster_date_weekday(d) < 5)
      assert_int_equal(muster_register_day(reg, MUSTER_NONE, d, MUSTER_DAY_OPEN, NULL), MUSTER_OK);
  type_marks(reg, ann, "2025-09-03", "--I");
  reg->presence_implied = true;
  seal(reg);
  muster_view view = view_of(reg, ann, "2025-09-19");
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_PRESENT, everything), 7);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_ABSENT, everything), 1);
  muster_view_set(&view, ben, day("2025-09-19"));
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_PRESENT, everything), 8);
  assert_int_equal(muster_view_count(&view, MUSTER_KIND_MISSING, everything), 22);
  muster_view_close(&view);
  muster_register_free(reg);
}

static void a_mover_has_two_enrolments(void **state) {
  (void)state;
  muster_register *reg = muster_register_new();
  uint32_t first, second, third;
  uint32_t s = muster_register_school(reg, MUSTER_TEXT("S"), NULL),
           t = muster_register_school(reg, MUSTER_TEXT("T"), NULL);
  muster_error err;
  assert_int_equal(
      muster_register_enrol(reg, MUSTER_TEXT("ann"), s, day("2025-09-01"), day("2025-10-24"), &first, &err), MUSTER_OK);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), t, day("2025-10-20"), MUSTER_NO_DATE, &second, &err),
                   MUSTER_DATA);
  assert_int_equal(second, first);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), t, day("2025-11-03"), MUSTER_NO_DATE, &second, &err),
                   MUSTER_OK);
  assert_int_equal(muster_register_enrol(reg, MUSTER_TEXT("ann"), t, MUSTER_NO_DATE, MUSTER_NO_DATE, &third, &err),
                   MUSTER_DATA);
  assert_int_equal(muster_register_enrolment(reg, 0, day("2025-10-24")), first);
  assert_int_equal(muster_register_enrolment(reg, 0, day("2025-10-28")), MUSTER_NONE);
  assert_int_equal(muster_register_enrolment(reg, 0, day("2025-11-03")), second);
  assert_int_equal(muster_register_enrolment(reg, 7, day("2025-11-03")), MUSTER_NONE);
  muster_register_free(reg);
}

static void running_out_of_memory_is_an_answer(void **state) {
  (void)state;
  bool finished = false;
  for (long nth = 1; !finished && nth < 500; nth++) {
    muster_alloc_fail_at(nth);
    muster_register *reg = muster_register_new();
    muster_status status = reg ? MUSTER_OK : MUSTER_MEMORY;
    uint32_t pupil;
    muster_place place;
    if (reg) {
      uint32_t school = muster_register_school(reg, MUSTER_TEXT("S"), NULL);
      status = school == MUSTER_NONE ? MUSTER_MEMORY
                                     : muster_register_enrol(reg, MUSTER_TEXT("ann"), school, MUSTER_NO_DATE,
                                                             MUSTER_NO_DATE, &pupil, NULL);
      if (status == MUSTER_OK && !muster_register_set(reg, &reg->pupil_attributes, "fsm", pupil, MUSTER_TEXT("true")))
        status = MUSTER_MEMORY;
      if (status == MUSTER_OK) status = muster_register_place(reg, day("2025-09-01"), &place, NULL);
      uint8_t *row = status == MUSTER_OK ? muster_register_row(reg, pupil, place.year) : NULL;
      if (status == MUSTER_OK && !row) status = MUSTER_MEMORY;
      if (row) row[place.offset] = 1;
      if (status == MUSTER_OK) status = muster_register_day(reg, MUSTER_NONE, day("2025-09-01"), MUSTER_DAY_OPEN, NULL);
      if (status == MUSTER_OK) status = muster_register_seal(reg, NULL);
      muster_view view = {0};
      if (status == MUSTER_OK) status = muster_view_open(&view, reg, NULL, 0, NULL);
      muster_view_close(&view);
    }
    muster_alloc_fail_at(0);
    assert_true(status == MUSTER_OK || status == MUSTER_MEMORY);
    finished = status == MUSTER_OK;
    muster_register_free(reg);
  }
  assert_true(finished);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_session_is_a_number_and_back),
      cmocka_unit_test(half_terms_are_found_between_holidays),
      cmocka_unit_test(half_terms_of_part_of_a_year),
      cmocka_unit_test(windows_end_at_the_as_of_date),
      cmocka_unit_test(what_is_no_window_is_refused_with_the_nearest),
      cmocka_unit_test(due_dates_count_open_days),
      cmocka_unit_test(a_given_calendar_decides),
      cmocka_unit_test(absences_alone_imply_presence),
      cmocka_unit_test(a_mover_has_two_enrolments),
      cmocka_unit_test(running_out_of_memory_is_an_answer),
  };
  return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
