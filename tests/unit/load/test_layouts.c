/* Strip and week layouts: a row holds many marks, and the ledger counts marks. */
#include "trial.h"

TRIAL(a_strip_runs_over_weekdays_without_a_calendar) {
  trial_pupils(t); /* 5 September 2025 is a Friday */
  trial_file(t, "marks.csv", "pupil_id,start_date,marks\nann,2025-09-05,/\\I-\nbob,2025-09-05,  L\\\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 5, 0, 0, 0);
  assert_true(trial_account(t, "marks.csv")->counts_marks);
  assert_int_equal(trial_account(t, "marks.csv")->rows, 2);
  assert_string_equal(trial_code(t, "ann", "2025-09-05", 1), "\\");
  assert_string_equal(trial_code(t, "ann", "2025-09-08", 0), "I");
  assert_string_equal(trial_code(t, "ann", "2025-09-08", 1), "");
  assert_string_equal(trial_code(t, "bob", "2025-09-05", 0), ""); /* leading blanks are sessions */
  assert_string_equal(trial_code(t, "bob", "2025-09-08", 0), "L");
}

TRIAL(a_strip_follows_the_calendar_of_the_school) {
  trial_pupils(t);
  trial_file(t, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-03,open\nS1,2025-09-06,open\n");
  trial_file(t, "marks.csv", "pupil_id,start_date,marks\nann,2025-09-01,/\\I\\O-/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 5, 0, 0, 1);
  assert_string_equal(trial_code(t, "ann", "2025-09-03", 0), "I");
  assert_string_equal(trial_code(t, "ann", "2025-09-06", 0), "O"); /* an open Saturday */
  trial_rejects(t, "marks.csv:2:marks:/:no school day is left for this mark\n");
}

TRIAL(a_strip_keeps_to_given_terms) {
  trial_pupils(t);
  trial_file(t, "terms.csv",
             "name,half_term,start,end\nAutumn,1,2025-09-04,2025-09-05\nAutumn,2,2025-09-15,2025-09-19\n");
  trial_file(t, "marks.csv", "pupil_id,start_date,marks\nann,2025-09-01,/\\/\\II\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 6, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-04", 0), "/");
  assert_string_equal(trial_code(t, "ann", "2025-09-15", 1), "I");
}

TRIAL(codes_of_two_characters_stand_in_braces_or_are_mapped) {
  trial_pupils(t);
  trial_put(t, "marks", "codes", "c", "C1");
  trial_file(t, "marks.csv", "pupil_id,start_date,marks\nann,2025-09-01,{C2}\\c-{Y1}\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 4, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "C2");
  assert_string_equal(trial_code(t, "ann", "2025-09-02", 0), "C1");
  assert_string_equal(trial_code(t, "ann", "2025-09-03", 0), "Y1");
}

TRIAL(a_bad_mark_in_a_strip_does_not_lose_the_others) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,end_date\nann,S1,2025-09-02\nbob,S1,\n");
  trial_file(t, "marks.csv",
             "pupil_id,start_date,marks\nann,2025-09-01,/?/\\I\nbob,2025-09-01,/{C2\ncat,2025-09-01,/\\/\\\nbob,soon,/"
             "\\\nbob,2025-09-01\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 4, 0, 0, 6);
  trial_rejects(t,
                "marks.csv:2:marks:?:unknown code (2025-09-01 PM)\n"
                "marks.csv:2:marks:I:after the pupil's end date (2025-09-03 AM)\n"
                "marks.csv:3:marks:{C2:a brace is not closed\n"
                "marks.csv:4:pupil_id:cat:the pupil is unknown\n"
                "marks.csv:5:start_date:soon:not a date\n"
                "marks.csv:6::bob:the row has 2 cells, the header 3\n");
  assert_int_equal(trial_account(t, "marks.csv")->rows, 5);
}

/* The first strip finds the school's days, the second knows them: both are read alike, whatever stands in them. */
TRIAL(a_strip_is_read_like_the_one_before_it) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,end_date\nann,S1,2025-09-08\nbob,S1,2025-09-08\n");
  trial_file(t, "marks.csv",
             "pupil_id,start_date,marks\n"
             "ann,2025-09-01,/\\-\\{C2}I/\xC3\xA9 \\?I/\xCC\x81\n"
             "bob,2025-09-01,/\\-\\{C2}I/\xC3\xA9 \\?I/\xCC\x81\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 16, 0, 0, 8);
  const muster_year *year = &t->reg->years[0];
  assert_memory_equal(year->rows[0], year->rows[1], MUSTER_YEAR_MARKS);
  const char *second = strstr(t->rejects.at, "marks.csv:3:");
  assert_non_null(second);
  char first[1024];
  size_t n = (size_t)(second - t->rejects.at);
  assert_true(n < sizeof first && strlen(second) == n);
  memcpy(first, t->rejects.at, n);
  for (size_t i = 0; i + 12 <= n; i++)
    if (memcmp(first + i, "marks.csv:2:", 12) == 0) first[i + 10] = '3';
  assert_memory_equal(first, second, n);
}

TRIAL(several_strips_of_a_pupil_and_their_overlap) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,start_date,marks\nann,2025-09-01,/\\/\\\nann,2025-09-02,I\\\nann,2025-09-03,/\\\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 6, 1, 1, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-02", 0), "I");
}

TRIAL(a_week_row_by_its_monday_or_its_iso_week) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\n"
             "ann,2025-09-01,/,\\,-,,I,I,/,\\,C2,\\\n"
             "bob,2025-W36,/,\\,/,\\,/,\\,/,\\,/,\\\n"
             "bob,2025W37,O,,,,,,,,,\n"
             "bob,2025-09-03,/,,,,,,,,,\n"
             "bob,2025-W60,/,,,,,,,,,\n"
             "bob,2025-W38,/,,??,,,,,,,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 8 + 10 + 1 + 1, 0, 0, 3);
  assert_string_equal(trial_code(t, "ann", "2025-09-05", 0), "C2");
  assert_string_equal(trial_code(t, "bob", "2025-09-05", 1), "\\");
  assert_string_equal(trial_code(t, "bob", "2025-09-08", 0), "O");
  trial_rejects(t,
                "marks.csv:5:week:2025-09-03:not a Monday or an ISO week\n"
                "marks.csv:6:week:2025-W60:not a date\n"
                "marks.csv:7:tue_am:??:unknown code (2025-09-16 AM)\n");
}

TRIAL(a_row_may_be_a_whole_day) {
  trial_pupils(t);
  trial_put(t, "marks", "layout", NULL, "absences");
  trial_put(t, "marks", "columns", "session", "Part");
  trial_put(t, "marks", "sessions", "1.0", "DAY");
  trial_put(t, "marks", "sessions", "M", "AM");
  trial_file(t, "marks.csv",
             "pupil_id,date,Part,code\nann,2025-09-01,1.0,I\nann,2025-09-02,M,I\nbob,2025-09-01,PM,O\n"
             "bob,2025-09-01,1.0,O\nbob,2025-09-02,1.0,?\nbob,2025-09-02,2.0,O\ncat,2025-09-02,1.0,O\n");
  trial_load(t);
  assert_true(trial_account(t, "marks.csv")->counts_marks);
  trial_counts(t, "marks.csv", 5, 1, 0, 4);
  trial_rejects(t,
                "marks.csv:6:code:?:unknown code (2025-09-02 AM)\nmarks.csv:6:code:?:unknown code (2025-09-02 PM)\n"
                "marks.csv:7:Part:2.0:not a session, AM or PM\nmarks.csv:8:pupil_id:cat:the pupil is unknown\n");
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "I");
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "I");
  assert_string_equal(trial_code(t, "ann", "2025-09-02", 1), "\\"); /* implied */
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 0), "O");
}

TRIAL(without_a_column_of_sessions_each_row_is_a_day_if_the_source_says_so) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,code\nann,2025-09-01,/\nbob,2025-09-01,I\nbob,2025-09-01,M\n");
  trial_load(t);
  assert_int_equal(t->status, MUSTER_DATA);
  assert_non_null(strstr(t->err.todo, "session = \"-\""));
  trial_put(t, "marks", "columns", "session", "-");
  trial_load(t);
  assert_int_equal(t->status, MUSTER_OK);
  trial_counts(t, "marks.csv", 4, 0, 2, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "/");
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 0), "M");
}

TRIAL(a_strip_as_long_as_a_school_year_of_many_pupils) {
  enum { PUPILS = 900, SESSIONS = 380 };
  muster_buf pupils, marks;
  muster_buf_init(&pupils, 1 << 22);
  muster_buf_init(&marks, 1 << 22);
  muster_buf_puts(&pupils, "pupil_id,school_id\n");
  muster_buf_puts(&marks, "pupil_id,start_date,marks\n");
  for (int p = 0; p < PUPILS; p++) {
    muster_buf_printf(&pupils, "P%04d,S%d\n", p, p / 300);
    muster_buf_printf(&marks, "P%04d,2025-09-01,", p);
    for (int s = 0; s < SESSIONS; s++) muster_buf_putc(&marks, "/\\ILMO"[(p * 7 + s * s) % 6]);
    muster_buf_putc(&marks, '\n');
  }
  trial_file(t, "pupils.csv", pupils.at);
  trial_file(t, "marks.csv", marks.at);
  trial_load(t);
  trial_counts(t, "marks.csv", (uint64_t)PUPILS * SESSIONS, 0, 0, 0);
  muster_buf_free(&pupils);
  muster_buf_free(&marks);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_strip_runs_over_weekdays_without_a_calendar),
      cmocka_unit_test(a_strip_follows_the_calendar_of_the_school),
      cmocka_unit_test(a_strip_keeps_to_given_terms),
      cmocka_unit_test(codes_of_two_characters_stand_in_braces_or_are_mapped),
      cmocka_unit_test(a_bad_mark_in_a_strip_does_not_lose_the_others),
      cmocka_unit_test(a_strip_is_read_like_the_one_before_it),
      cmocka_unit_test(several_strips_of_a_pupil_and_their_overlap),
      cmocka_unit_test(a_week_row_by_its_monday_or_its_iso_week),
      cmocka_unit_test(a_row_may_be_a_whole_day),
      cmocka_unit_test(without_a_column_of_sessions_each_row_is_a_day_if_the_source_says_so),
      cmocka_unit_test(a_strip_as_long_as_a_school_year_of_many_pupils),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
