/* Pupils, schools, calendar and terms. */
#include "trial.h"

#define MARKS "pupil_id,date,session,code\nann,2025-09-01,AM,/\n"

TRIAL(attributes_are_every_other_column_in_lower_case) {
  trial_file(t, "schools.csv", "School_ID,Name,Phase,Trust\nS1,Hill Primary,primary,North\n");
  trial_file(t, "pupils.csv", "Pupil_ID,School_ID,Year_Group,FSM,Birth_Date,Bus Route\nann,S1,3,true,2017-05-06,12\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "schools.csv", 1, 0, 0, 0);
  assert_string_equal(muster_school_name(t->reg, 0).at, "Hill Primary");
  const muster_attribute *trust = muster_attribute_find(&t->reg->school_attributes, "trust");
  assert_string_equal(muster_attribute_value(t->reg, trust, 0).at, "North");
  const muster_attribute *route = muster_attribute_find(&t->reg->pupil_attributes, "bus route");
  assert_string_equal(route->name, "bus route");
  assert_string_equal(muster_attribute_value(t->reg, route, 0).at, "12");
  assert_int_equal(t->reg->pupils[0].birth, trial_date("2017-05-06"));
  assert_null(muster_attribute_find(&t->reg->pupil_attributes, "birth_date"));
}

TRIAL(two_pupils_with_one_id) {
  trial_file(t, "pupils.csv",
             "pupil_id,school_id,start_date,end_date,fsm\n"
             "ann,S1,,,true\n"
             "ann,S1,,,true\n"
             "ann,S1,,,false\n"
             "ann,S2,,,true\n"
             "bob,S1,2025-09-01,2025-10-24,\n"
             "bob,S2,2025-10-24,,\n"
             "bob,S2,2025-11-03,,\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "pupils.csv", 3, 1, 0, 3);
  trial_rejects(t,
                "pupils.csv:4:pupil_id:ann:the pupil is there already and the rows differ: it is on line 2\n"
                "pupils.csv:5:pupil_id:ann:the pupil is at another school on those days: it is on line 2\n"
                "pupils.csv:7:pupil_id:bob:the pupil is at another school on those days: it is on line 6\n");
  assert_int_equal(t->reg->pupil_count, 3);
}

TRIAL(two_children_with_one_id) {
  trial_file(t, "pupils.csv",
             "pupil_id,school_id,birth_date,start_date,end_date\n"
             "17,S1,2012-03-01,,\n"
             "17,S2,2014-05-06,,\n"
             "18,S1,2012-03-01,,2025-09-05\n"
             "18,S2,2014-05-06,2025-09-08,\n"
             "19,S1,2012-03-01,,\n"
             "20,S1,,,2025-09-05\n"
             "20,S2,2012-03-01,2025-09-08,\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\n17,2025-09-01,AM,/\n17,2025-09-01,PM,/\n19,2025-09-01,AM,/\n"
             "17,2025-09-02,AM,/\n18,2025-09-01,AM,/\n18,2025-09-08,AM,/\n");
  trial_file(t, "interventions.csv",
             "subject_kind,subject_id,kind,start_date\npupil,17,mentor,2025-09-01\npupil,19,mentor,2025-09-01\n");
  trial_file(t, "responses.csv",
             "respondent,pupil_id,school_id,date,instrument,item,value\na,17,,2025-09-01,x,q,1\n"
             "a,17,S1,2025-09-01,x,q,2\nb,17,S2,2025-09-01,x,q,3\n");
  trial_load(t);
  const char *which = "two children have this pupil_id, and the row does not say at which school";
  char expected[1024];
  snprintf(expected, sizeof expected,
           "pupils.csv:3:pupil_id:17:another child, of another birth date, has this pupil_id at another school: it is "
           "on line 2\nmarks.csv:2:pupil_id:17:%s\nmarks.csv:3:pupil_id:17:%s\nmarks.csv:5:pupil_id:17:%s\n"
           "interventions.csv:2:subject_id:17:%s\nresponses.csv:2:pupil_id:17:%s\nresponses.csv:4:pupil_id:17:%s\n",
           which, which, which, which, which, which);
  trial_rejects(t, expected);
  trial_counts(t, "marks.csv", 3, 0, 0, 3);
  trial_counts(t, "responses.csv", 1, 0, 0, 2);
  const muster_fact *fact = NULL;
  for (size_t i = 0; i < t->ledger->fact_count; i++)
    if (strcmp(t->ledger->facts[i].id, "two-birth-dates") == 0) fact = &t->ledger->facts[i];
  assert_non_null(fact);
  assert_memory_equal(fact->text, "2 pupil_ids are of", 18);
  muster_check check;
  assert_int_equal(muster_check_register(t->reg, &check, NULL), MUSTER_OK);
  assert_int_equal(check.two_births, 1); /* of the other the second row was rejected */
  muster_check_free(&check);
}

TRIAL(a_school_beside_strips_and_weeks) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S2\n");
  trial_file(
      t, "marks.csv",
      "pupil_id,school_id,start_date,marks\nann,S2,2025-09-01,/\\\nann,S1,2025-09-02,/\\\nbob,,2025-09-01,/\\\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 4, 0, 0, 2);
  trial_rejects(t,
                "marks.csv:2:school_id:S2:the pupil is at another school on that date\n"
                "marks.csv:2:school_id:S2:the pupil is at another school on that date\n");
  trial_file(t, "marks.csv",
             "pupil_id,school_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\n"
             "ann,S2,2025-09-01,/,,,,,,,,,\nann,S1,2025-09-08,/,,,,,,,,,\n");
  trial_load(t);
  trial_counts(t, "marks.csv", 1, 0, 0, 1);
  trial_rejects(t, "marks.csv:2:school_id:S2:the pupil is at another school on that date\n");
}

TRIAL(bad_rows_of_pupils) {
  trial_file(t, "schools.csv", "school_id\nS1\nS1\n,\n");
  trial_file(t, "pupils.csv",
             "pupil_id,school_id,start_date,end_date,birth_date\n"
             ",S1,,,\nbob,,,,\nbob,S9,,,\nbob,S1,2025-13-01,,\nbob,S1,2025-09-02,2025-09-01,\nbob,S1,,,1 May\n"
             "ann,S1,2025-09-01,2025-09-01,\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "schools.csv", 1, 1, 0, 1);
  trial_counts(t, "pupils.csv", 1, 0, 0, 6);
  trial_rejects(t,
                "schools.csv:4:::the row has 2 cells, the header 1\n"
                "pupils.csv:2:pupil_id::the pupil_id is empty\n"
                "pupils.csv:3:school_id::the school_id is empty\n"
                "pupils.csv:4:school_id:S9:the school is not in the file of schools\n"
                "pupils.csv:5:start_date:2025-13-01:not a date\n"
                "pupils.csv:6:end_date:2025-09-01:the pupil leaves before starting\n"
                "pupils.csv:7:birth_date:1 May:not a date\n");
  assert_int_equal(t->reg->school_count, 1);
}

TRIAL(a_school_twice_with_other_words) {
  trial_file(t, "schools.csv", "school_id,name\nS1,Hill\nS1,Dale\n");
  trial_pupils(t);
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "schools.csv", 1, 0, 0, 1);
  trial_rejects(t, "schools.csv:3:school_id:S1:the school is there already and the rows differ: it is on line 2\n");
}

TRIAL(the_calendar_row_by_row) {
  trial_pupils(t);
  trial_file(t, "calendar.csv",
             "school_id,date,kind\nS1,2025-09-01,open\nS1,2025-09-01,Open\nS1,2025-09-02,open\nS1,2025-09-02,inset\n"
             "S9,2025-09-01,open\nS1,2025-09-03,shut\nS1,3 Sep,open\n,2025-09-04,open\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "calendar.csv", 3, 1, 1, 3);
  trial_rejects(t,
                "calendar.csv:6:school_id:S9:the school is unknown\n"
                "calendar.csv:7:kind:shut:not open, closed or inset\n"
                "calendar.csv:8:date:3 Sep:not a date\n");
  assert_true(muster_is_open(&t->reg->schools[0].open, muster_session_of(trial_date("2025-09-01"))));
  assert_false(muster_is_open(&t->reg->schools[0].open, muster_session_of(trial_date("2025-09-02"))));
  assert_true(muster_is_open(&t->reg->schools[0].open, muster_session_of(trial_date("2025-09-04"))));
}

TRIAL(terms_row_by_row) {
  trial_pupils(t);
  trial_file(t, "terms.csv",
             "name,half_term,start,end\nAutumn,HT1,2025-09-01,2025-10-24\nAutumn,ht 1,2025-09-01,2025-10-24\n"
             "Autumn,HT1,2025-09-01,2025-10-24\nAutumn,2,2025-10-20,2025-12-19\nAutumn,7,2025-11-03,2025-12-19\n"
             "Autumn,2,2025-12-19,2025-11-03\nAutumn,HT2,2025-11-03,2025-12-19\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "terms.csv", 2, 1, 0, 4);
  trial_rejects(t,
                "terms.csv:3:half_term:ht 1:the half term is there already and the rows differ: it is on line 2\n"
                "terms.csv:5:start:2025-10-20:the half term overlaps that of 2025-09-01 to 2025-10-24\n"
                "terms.csv:6:half_term:7:not a half term, 1 to 6\n"
                "terms.csv:7:end:2025-11-03:the half term ends before it starts\n");
  assert_int_equal(t->reg->half_term_count, 2);
  assert_int_equal(t->reg->half_terms[1].term, MUSTER_AUTUMN);
  assert_int_equal(t->reg->half_terms[1].year, 2025);
}

TRIAL(half_terms_counted_in_each_term) {
  trial_pupils(t);
  trial_file(t, "terms.csv",
             "name,half_term,start,end\nAutumn,1,2025-09-01,2025-10-24\nAutumn,2,2025-11-03,2025-12-19\n"
             "Spring term,1,2026-01-05,2026-02-13\nSPRING,2,2026-02-23,2026-03-27\nSummer,1,2026-04-13,2026-05-22\n"
             "Summer,HT6,2026-06-01,2026-07-17\n");
  trial_file(t, "marks.csv", MARKS);
  trial_load(t);
  trial_counts(t, "terms.csv", 6, 0, 0, 0);
  assert_int_equal(t->reg->half_term_count, 6);
  for (int i = 0; i < 6; i++) {
    assert_int_equal(t->reg->half_terms[i].half_term, i + 1);
    assert_int_equal(t->reg->half_terms[i].term, i / 2);
  }
}

TRIAL(a_calendar_of_some_schools) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S2\n");
  trial_file(t, "calendar.csv", "school_id,date,kind\nS1,2025-09-01,open\nS2,2025-12-25,closed\n");
  trial_file(t, "marks.csv", MARKS "bob,2025-09-02,AM,I\n");
  trial_load(t);
  assert_true(t->reg->calendar_given);
  assert_int_equal(t->reg->calendars_inferred, 1);
  assert_true(trial_has_fact(t, "calendar-inferred"));
  char source[MUSTER_SOURCE_TEXT];
  muster_register_source(t->reg, false, source);
  assert_string_equal(source, "marks; calendar inferred for 1 school");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attributes_are_every_other_column_in_lower_case),
      cmocka_unit_test(two_pupils_with_one_id),
      cmocka_unit_test(two_children_with_one_id),
      cmocka_unit_test(a_school_beside_strips_and_weeks),
      cmocka_unit_test(bad_rows_of_pupils),
      cmocka_unit_test(a_school_twice_with_other_words),
      cmocka_unit_test(the_calendar_row_by_row),
      cmocka_unit_test(terms_row_by_row),
      cmocka_unit_test(half_terms_counted_in_each_term),
      cmocka_unit_test(a_calendar_of_some_schools),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
