/* Long marks: a row a mark. */
#include "trial.h"

TRIAL(plain_rows_are_accepted) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\n"
             "ann,2025-09-01,AM,/\nann,2025-09-01,PM,\\\nbob,2025-09-01,AM,I\nbob,2025-09-01,PM,C2\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 4, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "\\");
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 1), "C2");
  assert_true(trial_has_fact(t, "calendar-inferred"));
}

TRIAL(order_case_and_blanks_of_columns_do_not_matter) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "\xEF\xBB\xBF"
             "Code , SESSION,Note,Pupil_ID,DATE\r\n"
             " / ,am,, ann ,2025-09-01\r\n\tI,Pm,x,bob,\t2025-09-01 \r\n\r\n   \r\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "/");
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 1), "I");
  assert_true(trial_has_fact(t, "columns-ignored"));
}

TRIAL(a_repeated_mark_is_a_duplicate) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/\nann,2025-09-01,AM,/\nann,2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 2, 0, 0);
}

TRIAL(a_different_code_supersedes_the_older_and_is_recorded) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,N\nbob,2025-09-01,AM,/"
             "\nann,2025-09-01,AM,I\nann,2025-09-01,AM,O\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 2, 0);
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "O");
  assert_int_equal(t->ledger->superseded_count, 2);
  const muster_superseded *s = t->ledger->superseded;
  assert_string_equal(t->reg->codes.codes[s[0].old_mark - 1].text, "N");
  assert_string_equal(t->reg->codes.codes[s[0].new_mark - 1].text, "I");
  assert_int_equal(s[0].line, 4);
  assert_int_equal(s[0].session, muster_session_of(trial_date("2025-09-01")));
  assert_string_equal(t->reg->codes.codes[s[1].old_mark - 1].text, "I");
  assert_int_equal(s[1].line, 5);
}

TRIAL(every_bad_row_is_rejected_with_its_line_and_reason) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,start_date,end_date\nann,S1,2025-09-01,2025-12-19\nbob,S1,,\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\n"
             "cat,2025-09-01,AM,/\n"
             ",2025-09-01,AM,/\n"
             "ann,2025-08-29,AM,/\n"
             "ann,2026-01-05,AM,/\n"
             "ann,2025-09-31,AM,/\n"
             "ann,,AM,/\n"
             "ann,2025-09-01,XM,/\n"
             "ann,2025-09-01,AM,Q9\n"
             "ann,2025-09-01,AM,\n"
             "ann,2025-09-01,AM,J\n"
             "bob,2023-09-04,AM,C2\n"
             "bob,1950-09-04,AM,/\n"
             "bob,2025-09-01,AM\n"
             "bob,2025-09-01,AM,/,extra\n"
             "bob,2025-09-01,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 14);
  trial_rejects(t,
                "marks.csv:2:pupil_id:cat:the pupil is unknown\n"
                "marks.csv:3:pupil_id::the pupil_id is empty\n"
                "marks.csv:4:date:2025-08-29:before the pupil's start date\n"
                "marks.csv:5:date:2026-01-05:after the pupil's end date\n"
                "marks.csv:6:date:2025-09-31:not a date\n"
                "marks.csv:7:date::the date is empty\n"
                "marks.csv:8:session:XM:not a session, AM or PM\n"
                "marks.csv:9:code:Q9:unknown code\n"
                "marks.csv:10:code::the code is empty\n"
                "marks.csv:11:code:J:code not valid on that date: it ended on 2024-08-18\n"
                "marks.csv:12:code:C2:code not valid on that date: it starts on 2024-08-19\n"
                "marks.csv:13:date:1950-09-04:the date is not between 1990 and 2053\n"
                "marks.csv:14::bob:the row has 3 cells, the header 4\n"
                "marks.csv:15::bob:the row has 5 cells, the header 4\n");
  assert_int_equal(t->ledger->unknown_codes.texts.count, 1);
  assert_string_equal(muster_map_name(&t->ledger->unknown_codes.texts, 0).at, "Q9");
  assert_int_equal(t->ledger->unknown_codes.counts[0], 1);
}

TRIAL(marks_on_closed_days_are_rejected_and_closures_are_not) {
  trial_pupils(t);
  trial_file(t, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\nS1,2025-09-02,inset\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/\nann,2025-09-02,AM,/"
             "\nann,2025-09-03,PM,I\nann,2025-09-02,AM,#\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 2);
  trial_rejects(t,
                "marks.csv:3:date:2025-09-02:the school is not open on that date\n"
                "marks.csv:4:date:2025-09-03:the school is not open on that date\n");
  assert_false(trial_has_fact(t, "calendar-inferred"));
}

TRIAL(marks_outside_given_terms_are_rejected) {
  trial_pupils(t);
  trial_file(t, "terms.csv",
             "name,half_term,start,end\nAutumn,HT1,2025-09-01,2025-10-24\nAutumn,HT2,2025-11-03,2025-12-19\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-10-24,AM,/\nann,2025-10-27,AM,/\nann,2025-11-03,AM,/\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  trial_rejects(t, "marks.csv:3:date:2025-10-27:the school is not open on that date\n");
}

TRIAL(a_mover_has_marks_at_both_schools) {
  trial_file(t, "pupils.csv",
             "pupil_id,school_id,start_date,end_date\nann,S1,2025-09-01,2025-10-24\nann,S2,2025-11-03,\nbob,S2,,\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/\nbob,2025-09-01,AM,/\nann,2025-10-28,AM,/"
             "\nann,2025-11-03,AM,I\n");
  trial_load(t);
  trial_counts(t, "pupils.csv", 3, 0, 0, 0);
  trial_counts(t, "marks.csv", 3, 0, 0, 1);
  trial_rejects(t, "marks.csv:4:date:2025-10-28:the pupil is at no school on that date\n");
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "/");
  assert_string_equal(trial_code(t, "ann", "2025-11-03", 0), "I");
}

TRIAL(j_attends_before_august_2024_and_j1_is_absence_after) {
  trial_pupils(t);
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2023-11-06,AM,J\nann,2025-11-03,AM,J1\nann,2024-08-19,AM,J\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 1);
  trial_rejects(t, "marks.csv:4:code:J:code not valid on that date: it ended on 2024-08-18\n");
}

TRIAL(without_pupils_they_are_made_from_their_marks) {
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/"
             "\nbob,2025-09-01,AM,ZZ\ncat,2025-09-01,AM,I\nann,2025-09-01,PM,\\\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 3, 0, 0, 1);
  assert_int_equal(t->reg->pupil_count, 2);
  assert_int_equal(t->reg->school_count, 1);
  assert_true(trial_has_fact(t, "pupils-made"));
}

TRIAL(marks_may_name_the_school_of_pupils_they_make) {
  trial_file(t, "marks.csv",
             "pupil_id,school_id,date,session,code,minutes_late\nann,S1,2025-09-01,AM,/,\nann,S2,2025-09-01,PM,/,\n"
             "bob,S2,2025-09-01,AM,L,12\nbob,S2,2025-09-01,PM,L,soon\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 2, 0, 0, 2);
  trial_rejects(t,
                "marks.csv:3:school_id:S2:the pupil is at another school on that date\n"
                "marks.csv:5:minutes_late:soon:not a number of minutes\n");
  assert_int_equal(t->reg->school_count, 2);
  assert_true(trial_has_fact(t, "minutes-not-kept"));
}

TRIAL(absences_imply_presence) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S1\n");
  trial_file(t, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n");
  trial_file(t, "absences.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-02,PM,O\n");
  trial_load(t);
  trial_counts(t, "absences.csv", 2, 0, 0, 0);
  assert_true(t->reg->presence_implied);
  assert_true(trial_has_fact(t, "presence-implied"));
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 0), "I");
  assert_string_equal(trial_code(t, "ann", "2025-09-01", 1), "\\");
  assert_string_equal(trial_code(t, "bob", "2025-09-01", 0), "/");
}

TRIAL(a_register_in_which_nobody_attends_is_pointed_out) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-02,PM,U\n");
  trial_load(t);
  assert_true(trial_has_fact(t, "nobody-attends"));
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-02,PM,L\n");
  trial_load(t);
  assert_false(trial_has_fact(t, "nobody-attends"));
  trial_put(t, "marks", "layout", NULL, "absences");
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\n");
  trial_load(t);
  assert_false(trial_has_fact(t, "nobody-attends"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_rows_are_accepted),
      cmocka_unit_test(order_case_and_blanks_of_columns_do_not_matter),
      cmocka_unit_test(a_repeated_mark_is_a_duplicate),
      cmocka_unit_test(a_different_code_supersedes_the_older_and_is_recorded),
      cmocka_unit_test(every_bad_row_is_rejected_with_its_line_and_reason),
      cmocka_unit_test(marks_on_closed_days_are_rejected_and_closures_are_not),
      cmocka_unit_test(marks_outside_given_terms_are_rejected),
      cmocka_unit_test(a_mover_has_marks_at_both_schools),
      cmocka_unit_test(j_attends_before_august_2024_and_j1_is_absence_after),
      cmocka_unit_test(without_pupils_they_are_made_from_their_marks),
      cmocka_unit_test(marks_may_name_the_school_of_pupils_they_make),
      cmocka_unit_test(absences_imply_presence),
      cmocka_unit_test(a_register_in_which_nobody_attends_is_pointed_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
