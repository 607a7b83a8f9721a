/* source.lua as plain data: what it may say, and what it does. */
#include "trial.h"

static void refused(const char *kind, const char *key, const char *name, const char *value, const char *what,
                    const char *expected_or_todo) {
  muster_source *source = muster_source_new();
  muster_error err = {0};
  assert_int_equal(muster_source_put(source, kind, key, name, value, &err), MUSTER_DATA);
  assert_string_equal(err.what, what);
  assert_string_equal(err.expected[0] ? err.expected : err.todo, expected_or_todo);
  muster_source_free(source);
}

static void unknown_words_name_the_nearest(void **state) {
  (void)state;
  refused("mark", "file", NULL, "x.csv", "the source has the unknown kind of file 'mark'", "did you mean 'marks'?");
  refused("marks", "delimeter", NULL, ";", "the source has the unknown key 'delimeter'", "did you mean 'delimiter'?");
  refused("marks", "columns", "pupilid", "UPN", "the source has the unknown column of marks 'pupilid'",
          "did you mean 'pupil_id'?");
  refused("terms", "zzzzzzzz", NULL, ";", "the source has the unknown key 'zzzzzzzz'",
          "file, delimiter, skip_lines, layout, columns, date_format, sessions, codes, where, missing, attributes");
}

static void values_that_cannot_be_meant(void **state) {
  (void)state;
  refused("marks", "delimiter", NULL, "\"", "the source has marks.delimiter = '\"'",
          "one character, such as ; or a tab");
  refused("marks", "delimiter", NULL, ";;", "the source has marks.delimiter = ';;'",
          "one character, such as ; or a tab");
  refused("marks", "skip_lines", NULL, "-1", "the source has marks.skip_lines = '-1'", "a whole number from 0 to 1000");
  refused("marks", "layout", NULL, "wide", "the source has marks.layout = 'wide'", "long, strip, week, day or absences");
  refused("pupils", "layout", NULL, "long", "the source has pupils.layout = 'long'", "this key only for marks");
  refused("marks", "date_format", NULL, "%d/%m", "the source has marks.date_format = '%d/%m'",
          "a format with day, month and year, such as %d/%m/%Y");
  refused("marks", "sessions", "M", "morning", "the source has marks.sessions = 'morning'", "AM, PM or DAY");
  refused("marks", "codes", "+", "", "the source has marks.codes = ''", "a code, or '-' for no mark");
  refused("marks", "columns", "date", NULL, "the source has marks.columns = ''", "the name of a column of the file");
  refused("marks", "file", NULL, "", "the source has marks.file = ''", "the name of a file");
}

TRIAL(an_export_with_everything_different) {
  static const char *const puts[][4] = {
      {"marks", "file", NULL, "Attendance Export.csv"},
      {"marks", "delimiter", NULL, ";"},
      {"marks", "skip_lines", NULL, "2"},
      {"marks", "layout", NULL, "long"},
      {"marks", "columns", "pupil_id", "UPN"},
      {"marks", "columns", "date", "Mark date"},
      {"marks", "columns", "session", "Session"},
      {"marks", "columns", "code", "Mark"},
      {"marks", "date_format", NULL, "%d/%m/%Y"},
      {"marks", "sessions", "M", "AM"},
      {"marks", "sessions", "A", "PM"},
      {"marks", "codes", "+", "C2"},
      {"marks", "codes", "present", "/"},
      {"marks", "codes", "?", "-"},
      {"pupils", "columns", "pupil_id", "UPN"},
      {"pupils", "columns", "school_id", "URN"},
      {"pupils", "columns", "start_date", "Admission date"},
      {"pupils", "columns", "house", "House Group"},
      {"pupils", "date_format", NULL, "%d %b %Y"},
  };
  for (size_t i = 0; i < sizeof puts / sizeof *puts; i++) trial_put(t, puts[i][0], puts[i][1], puts[i][2], puts[i][3]);
  trial_file(t, "pupils.csv", "UPN,URN,Admission date,House Group\nA1,100,1 Sep 2025,Red\n");
  trial_file(t, "Attendance Export.csv",
             "Attendance, all pupils\nprinted today \"so\n"
             "Upn;Mark Date;Session;Mark\n"
             "A1;1/9/2025;M;/\nA1;01/09/2025;A;+\nA1;02/09/2025;M;present\nA1;02/09/2025;A;?\nA1;03/09/2025;am;\\\n"
             "A1;04/09/2025;B;/\nA1;2025-09-05;M;/\nA1;31/08/2025;M;/\n");
  trial_load(t);
  trial_counts(t, "pupils.csv", 1, 0, 0, 0);
  trial_counts(t, "Attendance Export.csv", 4, 0, 0, 3);
  assert_int_equal(trial_account(t, "Attendance Export.csv")->left_out, 1);
  assert_string_equal(trial_code(t, "A1", "2025-09-01", 1), "C2");
  assert_string_equal(trial_code(t, "A1", "2025-09-02", 0), "/");
  trial_rejects(t,
                "Attendance Export.csv:9:Session:B:not a session, AM or PM\n"
                "Attendance Export.csv:10:Mark Date:2025-09-05:not a date\n"
                "Attendance Export.csv:11:Mark Date:31/08/2025:before the pupil's start date\n");
  assert_string_equal(t->reg->pupil_attributes.columns[0].name, "house");
}

TRIAL(rejects_name_the_column_as_the_file_does) {
  trial_pupils(t);
  trial_put(t, "marks", "columns", "code", "Mark Code");
  trial_file(t, "marks.csv", "pupil_id,date,session,MARK CODE\nann,2025-09-01,AM,?\n");
  trial_load(t);
  trial_rejects(t, "marks.csv:2:MARK CODE:?:unknown code\n");
}

TRIAL(tabs_as_delimiters) {
  trial_pupils(t);
  trial_put(t, "marks", "delimiter", NULL, "tab");
  trial_file(t, "marks.csv", "pupil_id\tdate\tsession\tcode\nann\t2025-09-01\tAM\t/\n\"bob\"\t2025-09-01\tPM\t\\\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
}

TRIAL(several_files_of_a_kind) {
  trial_pupils(t);
  trial_put(t, "marks", "file", NULL, "marks_*.csv");
  trial_file(t, "marks_1.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,N\n");
  trial_file(t, "marks_2.csv", "code,pupil_id,date,session\nI,ann,2025-09-01,AM\n/,bob,2025-09-01,AM\n");
  trial_load(t);
  trial_counts(t, "marks_1.csv", 1, 0, 0, 0);
  trial_counts(t, "marks_2.csv", 1, 0, 1, 0);
  assert_int_equal(t->ledger->total.accepted, 2 + 2);
  trial_put(t, "pupils", "file", NULL, "roll_*.csv");
  trial_load(t);
  trial_refused(t, MUSTER_IO, t->folder, "no file in the folder matches 'roll_*.csv'");
}

TRIAL(a_column_the_source_names_must_be_there) {
  trial_pupils(t);
  trial_put(t, "marks", "columns", "code", "Mark");
  trial_file(t, "marks.csv", "pupil_id,date,session,Marks\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'Mark' for code");
  assert_string_equal(t->err.expected, "a column Mark; the columns are: pupil_id, date, session, Marks");
  assert_string_equal(t->err.todo, "if 'Marks' is that column, say so in source.lua: columns = { code = \"Marks\" }");
}

TRIAL(local_codes) {
  trial_pupils(t);
  muster_error err = {0};
  assert_int_equal(muster_source_code(t->source, "HOME", MUSTER_POSSIBLE | MUSTER_AUTHORISED, trial_date("2025-09-01"),
                                      trial_date("2025-12-31"), "at home", &err),
                   MUSTER_OK);
  assert_int_equal(muster_source_code(t->source, "-", 0, 0, 0, "", &err), MUSTER_DATA);
  trial_put(t, "marks", "codes", "h", "HOME");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,HOME\nann,2025-09-01,PM,h\nann,2026-01-05,PM,h\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  trial_rejects(t, "marks.csv:4:code:h:code not valid on that date: it ended on 2025-12-31\n");
  assert_int_equal(muster_source_code(t->source, "I", MUSTER_POSSIBLE, MUSTER_NO_DATE, MUSTER_NO_DATE, "", &err),
                   MUSTER_OK);
  trial_load(t);
  assert_int_equal(t->status, MUSTER_DATA);
}

TRIAL(a_code_turned_into_no_code_is_refused) {
  trial_pupils(t);
  trial_put(t, "marks", "codes", "+", "C9");
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,+\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv", "the source turns the code '+' into 'C9', which is no code");
}

TRIAL(strict_fails_on_any_reject_and_keeps_the_ledger) {
  trial_pupils(t);
  t->options.strict = true;
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\nann,2025-09-01,PM,??\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv", "1 of 4 rows were rejected, and strict was asked for");
  trial_rejects(t, "marks.csv:3:code:??:unknown code\n");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unknown_words_name_the_nearest),
      cmocka_unit_test(values_that_cannot_be_meant),
      cmocka_unit_test(an_export_with_everything_different),
      cmocka_unit_test(rejects_name_the_column_as_the_file_does),
      cmocka_unit_test(tabs_as_delimiters),
      cmocka_unit_test(several_files_of_a_kind),
      cmocka_unit_test(a_column_the_source_names_must_be_there),
      cmocka_unit_test(local_codes),
      cmocka_unit_test(a_code_turned_into_no_code_is_refused),
      cmocka_unit_test(strict_fails_on_any_reject_and_keeps_the_ledger),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
