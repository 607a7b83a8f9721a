/* Terms, bank holidays and school days of any year. */
#include "help.h"

static void check_date(muster_date date, const char *expected) {
  char text[MUSTER_DATE_TEXT];
  assert_string_equal(muster_date_format(date, text), expected);
}

static void the_year_2025_has_the_dates_that_authorities_set(void **state) {
  (void)state;
  static const char *const dates[][2] = {{"2025-09-01", "2025-10-24"}, {"2025-11-03", "2025-12-19"},
                                         {"2026-01-05", "2026-02-13"}, {"2026-02-23", "2026-03-27"},
                                         {"2026-04-13", "2026-05-22"}, {"2026-06-01", "2026-07-20"}};
  muster_synth_half_term terms[MUSTER_SYNTH_HALF_TERMS];
  assert_true(muster_synth_terms(2025, terms));
  for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++) {
    check_date(terms[h].first, dates[h][0]);
    check_date(terms[h].last, dates[h][1]);
  }
  assert_string_equal(terms[0].term, "Autumn");
  assert_string_equal(terms[3].name, "HT4");
  assert_string_equal(terms[5].term, "Summer");
}

static void every_year_has_195_weekdays_and_ends_in_the_second_half_of_july(void **state) {
  (void)state;
  for (int year = 2000; year <= 2198; year++) {
    muster_synth_half_term t[MUSTER_SYNTH_HALF_TERMS];
    assert_true(muster_synth_terms(year, t));
    int days = 0, y, m, d;
    for (int h = 0; h < MUSTER_SYNTH_HALF_TERMS; h++) {
      assert_true(t[h].last - t[h].first >= 20 && t[h].last - t[h].first <= 60);
      if (h) assert_true(t[h].first - t[h - 1].last >= 9); /* a week and two weekends, or more */
      assert_false(muster_synth_bank_holiday(t[h].first));
      assert_false(muster_synth_bank_holiday(t[h].last));
      for (muster_date at = t[h].first; at <= t[h].last; at++)
        days += muster_date_weekday(at) < 5 && !muster_synth_bank_holiday(at);
    }
    assert_int_equal(days, 195);
    muster_date_civil(t[0].first, &y, &m, &d);
    assert_true(y == year && m == 9 && d <= 4);
    muster_date_civil(t[5].last, &y, &m, &d);
    assert_true(y == year + 1 && m == 7 && d >= 16 && d <= 28);
  }
}

static void years_without_a_calendar_are_refused(void **state) {
  (void)state;
  muster_synth_half_term t[MUSTER_SYNTH_HALF_TERMS];
  assert_false(muster_synth_terms(1999, t));
  assert_false(muster_synth_terms(2199, t));
  assert_false(muster_synth_terms(2300, t));
  assert_true(muster_synth_terms(2000, t));
  assert_true(muster_synth_terms(2198, t));
}

static void bank_holidays_are_those_of_england(void **state) {
  (void)state;
  static const int yes[][3] = {{2025, 12, 25}, {2025, 12, 26}, {2026, 4, 3}, {2026, 4, 6},   {2026, 5, 4},
                               {2026, 5, 25},  {2026, 8, 31},  {2022, 1, 3}, {2020, 5, 8},   {2022, 6, 2},
                               {2022, 6, 3},   {2022, 9, 19},  {2023, 5, 8}, {2021, 12, 27}, {2021, 12, 28},
                               {2020, 12, 28}, {2012, 6, 5},   {2002, 6, 4}};
  static const int no[][3] = {{2025, 12, 29}, {2020, 5, 4}, {2022, 5, 30}, {2026, 1, 2}, {2026, 5, 11}, {2025, 12, 24}};
  for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
    assert_true(muster_synth_bank_holiday(muster_date_of(yes[i][0], yes[i][1], yes[i][2])));
  for (size_t i = 0; i < sizeof no / sizeof *no; i++)
    assert_false(muster_synth_bank_holiday(muster_date_of(no[i][0], no[i][1], no[i][2])));
}

typedef struct seen {
  int year;
  muster_date inset_first, inset_last;
  bool differ;
} seen;

static void see_days(const muster_synth_school *school, void *context) {
  seen *s = context;
  int open = 0, inset = 0, closed = 0;
  muster_date last = MUSTER_NO_DATE, last_inset = MUSTER_NO_DATE;
  size_t at = 0;
  for (size_t i = 0; i < school->day_count; i++) {
    const muster_synth_day *day = &school->days[i];
    assert_true(last == MUSTER_NO_DATE || day->date > last);
    assert_true(muster_date_weekday(day->date) < 5);
    last = day->date;
    open += day->kind == MUSTER_SYNTH_OPEN;
    inset += day->kind == MUSTER_SYNTH_INSET;
    closed += day->kind == MUSTER_SYNTH_CLOSED && !muster_synth_bank_holiday(day->date);
    if (day->kind == MUSTER_SYNTH_OPEN) assert_int_equal(school->open_days[at++], day->date);
    if (day->kind == MUSTER_SYNTH_OPEN) assert_false(muster_synth_bank_holiday(day->date));
    if (day->kind == MUSTER_SYNTH_INSET) last_inset = day->date;
  }
  assert_int_equal(closed, 1);
  assert_int_equal(inset, 5);
  assert_int_equal(open, 190 - closed);
  assert_int_equal(school->sessions, 2 * (190 - 1));
  if (s->inset_last != MUSTER_NO_DATE && s->inset_last != last_inset) s->differ = true;
  s->inset_last = last_inset;
}

static void a_school_is_open_190_days_less_its_closure(void **state) {
  (void)state;
  for (int year = 2000; year <= 2190; year += 19) {
    muster_synth_spec spec = spec_of(12, 60, (uint64_t)year);
    spec.year = year;
    seen s = {.inset_last = MUSTER_NO_DATE};
    each_school(&spec, see_days, &s);
    assert_true(s.differ); /* INSET days are the school's own */
  }
}

static void see_eid(const muster_synth_school *school, void *context) {
  unsigned *on_eid = context;
  for (size_t i = 0; i < school->pupil_count; i++)
    for (size_t s = 0; s < school->sessions; s++)
      if (strcmp(muster_synth_code_text(school->marks[i * school->sessions + s]), "R") == 0) {
        muster_date date = school->open_days[s / 2];
        assert_true(date == muster_date_of(2025, 3, 31) || date == muster_date_of(2025, 6, 6) ||
                    date == muster_date_of(2025, 6, 7));
        on_eid[date == muster_date_of(2025, 3, 31) ? 0 : 1]++;
      }
}

/* Eid al-Fitr 31 March 2025, Eid al-Adha 6 or 7 June 2025. */
static void religious_observance_falls_on_eid(void **state) {
  (void)state;
  muster_synth_spec spec = spec_of(10, 4000, 5);
  spec.year = 2024;
  unsigned on_eid[2] = {0};
  each_school(&spec, see_eid, on_eid);
  assert_true(on_eid[0] > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_year_2025_has_the_dates_that_authorities_set),
      cmocka_unit_test(every_year_has_195_weekdays_and_ends_in_the_second_half_of_july),
      cmocka_unit_test(years_without_a_calendar_are_refused),
      cmocka_unit_test(bank_holidays_are_those_of_england),
      cmocka_unit_test(a_school_is_open_190_days_less_its_closure),
      cmocka_unit_test(religious_observance_falls_on_eid),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
