/* What `muster check` needs: registers not taken, gaps, and a suggested source. */
#include "trial.h"

static void checked(trial *t, muster_check *check) {
  trial_load(t);
  if (t->status != MUSTER_OK) fail_msg("%s", t->err.what);
  assert_int_equal(muster_check_register(t->reg, check, &t->err), MUSTER_OK);
}

TRIAL(registers_that_were_not_taken) {
  trial_file(
      t, "pupils.csv",
      "pupil_id,school_id,year_group,end_date\na1,S1,7,\na2,S1,7,\nb1,S1,8,\nb2,S1,8,\nb3,S1,8,2025-09-01\nc1,S2,7,\n");
  trial_file(t, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n");
  trial_file(t, "marks.csv",
             "pupil_id,start_date,marks\na1,2025-09-01,/\\/\\\na2,2025-09-01,/"
             "\\-\\\nb1,2025-09-01,-\\-\\\nb2,2025-09-01,-\\-\\\nb3,2025-09-01,-\\\n"
             "c1,2025-09-01,/\\-\\\n");
  muster_check check;
  checked(t, &check);
  assert_int_equal(check.marks, 4 + 3 + 2 + 2 + 1 + 3);
  assert_int_equal(check.missing, 1 + 2 + 2 + 1 + 1);
  assert_int_equal(check.untaken_count, 3);
  muster_session monday = muster_session_of(trial_date("2025-09-01"));
  assert_int_equal(check.untaken[0].session, monday); /* year 8 on Monday morning: three on roll */
  assert_string_equal(muster_map_name(&t->reg->texts, check.untaken[0].group).at, "8");
  assert_int_equal(check.untaken[0].pupils, 3);
  assert_int_equal(check.untaken[1].session, monday + 2);
  assert_int_equal(check.untaken[1].pupils, 2);
  assert_int_equal(check.untaken[2].school, 1);
  assert_int_equal(check.untaken[2].group, MUSTER_NONE); /* the whole of the second school */
  assert_int_equal(check.gap_count, 0);
  muster_check_free(&check);
}

TRIAL(gaps_by_the_calendar) {
  trial_pupils(t);
  muster_buf days;
  muster_buf_init(&days, 1 << 16);
  muster_buf_puts(&days, "school_id,date,kind\n");
  for (int i = 0; i < 14; i++) {
    char iso[MUSTER_DATE_TEXT];
    muster_date date = trial_date("2025-09-01") + i;
    if (muster_date_weekday(date) < 5) muster_buf_printf(&days, ",%s,open\n", muster_date_format(date, iso));
  }
  trial_file(t, "calendar.csv", days.at);
  muster_buf_free(&days);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-02,AM,/\nann,2025-09-12,AM,/\n");
  muster_check check;
  checked(t, &check);
  assert_int_equal(check.gap_count, 1);
  assert_int_equal(check.gaps[0].first, trial_date("2025-09-03"));
  assert_int_equal(check.gaps[0].last, trial_date("2025-09-11"));
  assert_int_equal(check.gaps[0].sessions, 14);
  muster_check_free(&check);
}

TRIAL(gaps_longer_than_a_holiday_without_a_calendar) {
  trial_file(t, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S2\n");
  trial_file(
      t, "marks.csv",
      "pupil_id,date,session,code\nann,2025-07-18,AM,/\nann,2025-09-02,AM,/\nann,2025-09-12,AM,/\nann,2025-10-13,AM,/\n"
      "bob,2025-07-18,AM,/\nbob,2025-09-02,AM,/\nbob,2025-09-15,AM,/\n");
  muster_check check;
  checked(t, &check);
  assert_int_equal(check.gap_count, 2);
  assert_int_equal(check.gaps[0].first, trial_date("2025-09-13"));
  assert_int_equal(check.gaps[1].school, 1); /* its register stops */
  assert_int_equal(check.gaps[1].last, trial_date("2025-10-13"));
  muster_check_free(&check);
}

TRIAL(an_empty_register_has_nothing_to_check) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\n");
  muster_check check;
  checked(t, &check);
  assert_int_equal(check.marks + check.missing + check.untaken_total + check.gap_count, 0);
  muster_check_free(&check);
}

TRIAL(a_check_without_memory) {
  trial_file(t, "pupils.csv", "pupil_id,school_id,year_group\nann,S1,7\nbob,S1,8\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-07-18,AM,/\nann,2025-10-02,AM,/\nbob,2025-10-02,PM,/\n");
  trial_load_once(t);
  for (long nth = 1;; nth++) {
    muster_check check;
    muster_alloc_fail_at(nth);
    muster_status status = muster_check_register(t->reg, &check, &t->err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) {
      muster_check_free(&check);
      break;
    }
    assert_int_equal(status, MUSTER_MEMORY);
  }
}

static void suggests(trial *t, const char *expected) {
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  assert_int_equal(muster_suggest_source(t->folder, &out, &t->err), MUSTER_OK);
  assert_string_equal(out.at, expected);
  muster_buf_free(&out);
}

#define TOP "-- Suggested from the headers and first rows; read it before you use it.\nreturn source {\n"

TRIAL(a_folder_that_needs_no_source) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-07-18,AM,/\n");
  suggests(t, TOP "  -- marks.csv: marks, read as it is\n  -- pupils.csv: pupils, read as it is\n}\n");
}

TRIAL(an_export_of_another_system) {
  trial_file(t, "Attendance Export.csv",
             "Attendance for all pupils\n\nUPN;Mark date;Session;Mark\nA1;01/09/2025;M;/\nA1;22/09/2025;A;\\\n");
  trial_file(t, "Pupils on roll.csv",
             "UPN,URN,Date of Birth,Admission Date,Year Group\nA1,100,01/05/2013,01/02/2024,7\n");
  trial_file(t, "notes.csv", "whatever,this,is\n1,2,3\n");
  trial_file(t, "wide.csv",
             "PupilID,Week Commencing,Mon AM,Mon PM,Tue AM,Tue PM,Wed AM,Wed PM,Thu AM,Thu PM,Fri AM,Fri PM\n");
  trial_bytes(t, "x.csv", "\xFF\xFEx\0", 4);
  suggests(t, TOP
           "  marks = {\n"
           "    file = \"Attendance Export.csv\",\n"
           "    delimiter = \";\",\n"
           "    skip_lines = 1,\n"
           "    columns = { pupil_id = \"UPN\", date = \"Mark date\", code = \"Mark\" },\n"
           "    date_format = \"%d/%m/%Y\",\n"
           "    sessions = { [\"M\"] = \"AM\", [\"A\"] = \"PM\" },\n"
           "  },\n"
           "  pupils = {\n"
           "    file = \"Pupils on roll.csv\",\n"
           "    columns = { pupil_id = \"UPN\", school_id = \"URN\", start_date = \"Admission Date\", birth_date = "
           "\"Date of "
           "Birth\", year_group = \"Year Group\" },\n"
           "    date_format = \"%d/%m/%Y\", -- a guess: day and month could be the other way round\n"
           "  },\n"
           "  -- notes.csv: could not be placed\n"
           "  -- wide.csv: marks too, in another form: import it from a folder of its own\n"
           "  -- x.csv: the file is UTF-16 (little endian), not UTF-8\n"
           "}\n");
}

TRIAL(marks_in_words) {
  trial_file(t, "marks.csv",
             "UPN,Date,Session,Mark\n"
             "A1,2025-09-01,AM,Present\nA1,2025-09-01,PM,Present (\\)\nA1,2025-09-02,AM,Late (L)\nA1,2025-09-02,PM,I - Illness\n"
             "A1,2025-09-03,AM,Authorised absence\nA1,2025-09-03,PM,No mark\nA1,2025-09-04,AM,l\nA1,2025-09-04,PM,\n"
             "A1,2025-09-05,AM,Gone fishing\nA1,2025-09-05,PM,C2\nA1,2025-09-08,AM,-\nUPN,Date,Session,Mark\nTotal,,,11\n");
  suggests(t, TOP
           "  marks = {\n"
           "    columns = { pupil_id = \"UPN\", code = \"Mark\" },\n"
           "    codes = { [\"Present\"] = \"/\", [\"Present (\\\\)\"] = \"\\\\\", [\"Late (L)\"] = \"L\", [\"I - Illness\"] = \"I\", "
           "[\"Authorised absence\"] = \"C\", [\"No mark\"] = \"-\", [\"l\"] = \"L\", [\"\"] = \"-\" }, -- guesses from the "
           "words: see that each is right\n"
           "    -- no code is known for \"Gone fishing\": say in codes = { ... } what they are, \"-\" for no mark\n"
           "  },\n"
           "}\n");
}

TRIAL(words_that_name_their_code_are_no_guess) {
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nA1,2025-09-01,AM,Present [/]\nA1,2025-09-01,PM,Late: L\n");
  suggests(t, TOP
           "  marks = {\n"
           "    codes = { [\"Present [/]\"] = \"/\", [\"Late: L\"] = \"L\" },\n"
           "  },\n"
           "}\n");
}

TRIAL(a_column_a_session_in_words) {
  trial_file(t, "Daily.csv",
             "Adno,UPN,Name,Date,Morning,Afternoon\n7,A1,\"Ash, Ann\",1-Sept-25,Present,Late\n7,A1,\"Ash, "
             "Ann\",Tue,Present,\n");
  suggests(t, TOP
           "  marks = {\n"
           "    file = \"Daily.csv\",\n"
           "    columns = { pupil_id = \"UPN\", am = \"Morning\", pm = \"Afternoon\" },\n"
           "    date_format = \"%d-%b-%y\",\n"
           "    codes = { [\"Present\"] = \"/\", [\"Late\"] = \"L\" }, -- guesses from the words: see that each is right\n"
           "  },\n"
           "}\n");
}

TRIAL(letters_of_a_strip_are_the_schools_own) {
  trial_file(t, "marks.csv", "pupil_id,School,Start,marks\nA1,S,2025-09-01,/\\tt{C2}{c1}\xC3\xA9-\n");
  suggests(t, TOP
           "  marks = {\n"
           "    columns = { start_date = \"Start\", school_id = \"School\" },\n"
           "    -- no code is known for \"t\", \"c1\", \"\xC3\xA9\": say in codes = { ... } what they are, \"-\" for no mark\n"
           "  },\n"
           "}\n");
}

TRIAL(files_of_one_form_are_read_together) {
  trial_file(t, "Marks 2025-09-01.csv", "UPN,Date,Session,Mark\nA1,2025-09-01,AM,/\n");
  trial_file(t, "Marks 2025-09-02.csv", "UPN,Date,Session,Mark\nA1,2025-09-02,AM,/\n");
  trial_file(t, "Marks 2025-09-03.csv", "UPN,Date,Session,Mark,Note\nA1,2025-09-03,AM,/,\n");
  suggests(t, TOP
           "  marks = {\n"
           "    file = { \"Marks 2025-09-01.csv\", \"Marks 2025-09-02.csv\" },\n"
           "    columns = { pupil_id = \"UPN\", code = \"Mark\" },\n"
           "  },\n"
           "  -- Marks 2025-09-03.csv: marks too, in another form: import it from a folder of its own\n"
           "}\n");
}

TRIAL(shapes_that_are_no_layout_are_called_what_they_are) {
  trial_file(t, "lessons.csv", "UPN,Date,Period,Mark\nA1,2025-09-01,P1,/\nA1,2025-09-01,P2,/\n");
  trial_file(t, "register.csv",
             "Name,UPN,Mon 01/09/2025 AM,Mon 01/09/2025 PM,Tue 02/09/2025 AM,Tue 02/09/2025 PM\nAnn,A1,/,\\,/,\\\n");
  suggests(t, TOP
           "  -- lessons.csv: marks of lessons; export those of the two sessions of each day\n"
           "  -- register.csv: a register with a column a session and the date in its name, which no layout is: export a "
           "row a mark, a day or a week\n"
           "}\n");
}

/* The ninth of February 2025 was a Sunday. */
TRIAL(weekends_tell_the_day_from_the_month) {
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nA1,01/09/2025,AM,/\nA1,02/09/2025,AM,/\nA1,03/09/2025,AM,/\n");
  suggests(t, TOP "  marks = {\n    date_format = \"%d/%m/%Y\",\n  },\n}\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nA1,09/01/2025,AM,/\nA1,09/02/2025,AM,/\nA1,09/03/2025,AM,/\n");
  suggests(t, TOP "  marks = {\n    date_format = \"%m/%d/%Y\",\n  },\n}\n");
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nA1,Mon 01/09/2025,AM,/\n");
  suggests(t, TOP "  marks = {\n    date_format = \"%a %d/%m/%Y\",\n  },\n}\n");
}

TRIAL(statistics_of_several_levels) {
  trial_file(t, "absence.csv",
             "geographic_level,urn,time_period,sess_possible,sess_authorised,sess_unauthorised,enrolments_pa_10_exact\n"
             "National,,201819,300,5,5,7\nSchool,100,201819,100,5,:,c\n");
  suggests(t, TOP
           "  counts = {\n"
           "    file = \"absence.csv\",\n"
           "    columns = { unit_id = \"urn\", period = \"time_period\", possible = \"sess_possible\", authorised = "
           "\"sess_authorised\", unauthorised = \"sess_unauthorised\", persistent = \"enrolments_pa_10_exact\" },\n"
           "    where = { geographic_level = \"School\" },\n"
           "    missing = { \":\", \"c\" },\n"
           "  },\n"
           "}\n");
}

TRIAL(a_suggestion_without_memory) {
  trial_file(t, "Export.csv", "Title\nUPN;Mark date;Session;Mark\nA1;01/09/2025;M;/\n");
  muster_buf whole;
  muster_buf_init(&whole, 1 << 20);
  assert_int_equal(muster_suggest_source(t->folder, &whole, &t->err), MUSTER_OK);
  for (long nth = 1;; nth++) {
    muster_buf out;
    muster_buf_init(&out, 1 << 20);
    muster_alloc_fail_at(nth);
    muster_status status = muster_suggest_source(t->folder, &out, &t->err);
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) assert_string_equal(out.at, whole.at);
    muster_buf_free(&out);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
  }
  muster_buf_free(&whole);
}

TRIAL(a_folder_that_is_not_there) {
  muster_buf out;
  muster_buf_init(&out, 1 << 20);
  assert_int_equal(muster_suggest_source("/nowhere/at/all", &out, &t->err), MUSTER_IO);
  muster_buf_free(&out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(registers_that_were_not_taken),
      cmocka_unit_test(gaps_by_the_calendar),
      cmocka_unit_test(gaps_longer_than_a_holiday_without_a_calendar),
      cmocka_unit_test(an_empty_register_has_nothing_to_check),
      cmocka_unit_test(a_check_without_memory),
      cmocka_unit_test(a_folder_that_needs_no_source),
      cmocka_unit_test(an_export_of_another_system),
      cmocka_unit_test(marks_in_words),
      cmocka_unit_test(words_that_name_their_code_are_no_guess),
      cmocka_unit_test(a_column_a_session_in_words),
      cmocka_unit_test(letters_of_a_strip_are_the_schools_own),
      cmocka_unit_test(files_of_one_form_are_read_together),
      cmocka_unit_test(shapes_that_are_no_layout_are_called_what_they_are),
      cmocka_unit_test(weekends_tell_the_day_from_the_month),
      cmocka_unit_test(statistics_of_several_levels),
      cmocka_unit_test(a_suggestion_without_memory),
      cmocka_unit_test(a_folder_that_is_not_there),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
