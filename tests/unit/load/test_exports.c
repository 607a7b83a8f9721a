/* What systems and spreadsheets do to exports on the way: read, or refused in words that say what happened. */
#include "trial.h"

#define HEADER "pupil_id,date,session,code\n"

TRIAL(a_hyphen_is_no_mark_in_every_layout) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,end_date\nann,S1,2025-09-02\nbob,S1,\n");
  trial_file(t, "marks.csv",
             HEADER "ann,2025-09-01,AM,-\nann,2025-09-02,AM,/\nann,2025-09-09,AM,-\nbob,2025-09-01,AM, - \n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
  assert_int_equal(trial_account(t, "marks.csv")->left_out, 3); /* a leaver's too: it says nothing */
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "");
  trial_file(t, "marks.csv", HEADER "ann,2025-09-01,AM,/\nann,2025-09-01,AM,-\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "/"); /* nor does it take a mark away */
}

TRIAL(a_hyphen_is_what_the_source_says_it_is) {
  trial_pupils(t);
  trial_put(t, "marks", "codes", "-", "N");
  trial_file(t, "marks.csv", HEADER "ann,2025-09-01,AM,-\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "N");
  trial_file(t, "marks.csv",
             "pupil_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\n"
             "ann,2025-09-01,/,-,,,,,,,,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "N");
  trial_file(t, "marks.csv", "pupil_id,start_date,marks\nann,2025-09-01,/- \n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "N");
}

TRIAL(a_row_a_day_with_a_column_a_session) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "Pupil_ID,Name,Date,AM,PM\n"
             "ann,\"Ash, Ann\",2025-09-01,/,\\\nann,\"Ash, Ann\",2025-09-02,I,-\nbob,Bob,2025-09-01,,?\n"
             "bob,Bob,2025-09-02,L,\\\nann,\"Ash, Ann\",2025-09-02,C2,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 5, 0, 1, 1);
  const muster_ledger_file *account = trial_account(t, "marks.csv");
  assert_int_equal(account->layout, MUSTER_LAYOUT_DAY);
  assert_true(account->counts_marks);
  assert_int_equal(account->rows, 5);
  trial_rejects(t, "marks.csv:4:PM:?:unknown code (2025-09-01 PM)\n");
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "\\");
  assert_string_equal(trial_code(t, "ann", "2025-09-02", 0), "C2");
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 0), "");
}

TRIAL(a_row_a_day_under_other_names) {
  trial_file(t, "marks.csv", "UPN,School,On,Morning,Afternoon\nA1,S1,01/09/2025,Present,Late\n");
  static const char *const columns[][2] = {
      {"pupil_id", "UPN"}, {"school_id", "School"}, {"date", "On"}, {"am", "Morning"}, {"pm", "Afternoon"}};
  for (size_t i = 0; i < 5; i++) trial_put(t, "marks", "columns", columns[i][0], columns[i][1]);
  trial_put(t, "marks", "date_format", NULL, "%d/%m/%Y");
  trial_put(t, "marks", "codes", "Present", "/");
  trial_put(t, "marks", "codes", "Late", "L");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
  assert_string_equal(trial_code(t, "A1", "2025-09-01", 1), "L");
  trial_put(t, "marks", "layout", NULL, "day");
  trial_file(t, "marks.csv", "UPN,School,On,Morning,Noon\n");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "there is no column 'Afternoon' for pm");
}

TRIAL(the_header_again_is_left_out_and_told) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,name\nann,S1,Ann\npupil_id,school_id,name\nbob,S1,Bob\n");
  trial_file(t, "marks.csv",
             HEADER "ann,2025-09-01,AM,/\n" HEADER "bob,2025-09-01,AM,/\n pupil_id ,date,session,code\n");
  trial_load(t);
  trial_counts(t, "pupils.csv", 2, 0, 0, 0);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
  assert_int_equal(trial_account(t, "marks.csv")->left_out, 2);
  assert_int_equal(t->reg->pupil_count, 2);
  assert_true(trial_has_fact(t, "header-again"));
}

TRIAL(a_formula_that_keeps_a_text_a_text_is_that_text) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\n=\"00121\",=\"0042\"\n00122,0042\n");
  trial_file(t, "marks.csv",
             HEADER "00121,2025-09-01,AM,/\n\"=\"\"00122\"\"\",=\"2025-09-01\",=\"AM\",=\"/\"\n=\"\",2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "pupils.csv", 2, 0, 0, 0);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  trial_rejects(t, "marks.csv:4:pupil_id::the pupil_id is empty\n");
  assert_int_equal(t->reg->school_count, 1);
}

TRIAL(leading_zeros_that_were_lost_are_named) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\n00121,S1\n77,S1\nA0,S1\n");
  trial_file(t, "marks.csv", HEADER "121,2025-09-01,AM,/\n0077,2025-09-01,AM,/\n88,2025-09-01,AM,/\n0A0,2025-09-01,AM,/\n"
                                    "0,2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 0, 0, 0, 5);
#define LOST "the pupil is unknown, but for leading zeros: a spreadsheet drops them from a column of numbers\n"
  trial_rejects(t, "marks.csv:2:pupil_id:121:" LOST "marks.csv:3:pupil_id:0077:" LOST
                   "marks.csv:4:pupil_id:88:the pupil is unknown\nmarks.csv:5:pupil_id:0A0:the pupil is unknown\n"
                   "marks.csv:6:pupil_id:0:the pupil is unknown\n");
}

/* Else every such pupil would be one and the same. */
TRIAL(numbers_that_were_shortened_are_nobody) {
  static const char shortened[] = "the pupil_id was shortened by a spreadsheet (as 1.23E+11): its digits are lost";
  trial_file(t, "marks.csv", HEADER "1.23457E+11,2025-09-01,AM,/\n1E5,2025-09-01,AM,/\nE+1,2025-09-01,AM,/\n"
                                    "2e+09,2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 2);
  trial_file(t, "pupils.csv", "pupil_id,school_id\n1.23457E+11,S1\nann,S1\n");
  trial_load(t);
  trial_counts(t, "pupils.csv", 1, 0, 0, 1);
  assert_non_null(strstr(t->rejects.at, shortened));
}

/* Without a file of pupils only the row can say where a pupil is; a later row may. */
TRIAL(a_newcomer_without_a_school_is_rejected) {
  trial_file(t, "marks.csv",
             "pupil_id,school_id,date,session,code\nann,,2025-09-01,AM,/\nbob,S2,2025-09-01,AM,/\n"
             "bob,,2025-09-02,AM,/\nann,S1,2025-09-02,AM,/\nann,,2025-09-03,AM,/\nbob,S1,2025-09-03,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 4, 0, 0, 2);
  trial_rejects(t, "marks.csv:2:school_id::the school_id is empty\n"
                   "marks.csv:7:school_id:S1:the pupil is at another school on that date\n");
}

/* A line of NULs is no blank line. */
TRIAL(a_file_that_begins_with_nuls_is_refused) {
  static const char bytes[] = "\0\0\0\0\n" HEADER;
  trial_pupils(t);
  trial_bytes(t, "marks.csv", bytes, sizeof bytes - 1);
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the file holds a NUL byte: it is UTF-16, or no text");
}

TRIAL(a_name_twice_is_a_doubt_only_where_it_is_wanted) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,note,date,session,code,note\nann,,2025-09-01,AM,/,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 0);
  trial_put(t, "marks", "where", "note", "");
  trial_load(t);
  trial_refused(t, MUSTER_DATA, "marks.csv:1", "the column 'note' is there twice (columns 2 and 6)");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_hyphen_is_no_mark_in_every_layout),
      cmocka_unit_test(a_hyphen_is_what_the_source_says_it_is),
      cmocka_unit_test(a_row_a_day_with_a_column_a_session),
      cmocka_unit_test(a_row_a_day_under_other_names),
      cmocka_unit_test(the_header_again_is_left_out_and_told),
      cmocka_unit_test(a_formula_that_keeps_a_text_a_text_is_that_text),
      cmocka_unit_test(leading_zeros_that_were_lost_are_named),
      cmocka_unit_test(numbers_that_were_shortened_are_nobody),
      cmocka_unit_test(a_newcomer_without_a_school_is_rejected),
      cmocka_unit_test(a_file_that_begins_with_nuls_is_refused),
      cmocka_unit_test(a_name_twice_is_a_doubt_only_where_it_is_wanted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
