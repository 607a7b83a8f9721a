/* A store answers as it would have on any earlier day. */
#include "support.h"

static void late_corrections_do_not_change_what_was_known(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,year_group\nann,S1,8\nbob,S1,8\n");
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,N\nann,2025-09-01,PM,/\nbob,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-01");
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,year_group\nann,S1,9\nbob,S1,8\ncat,S1,7\n");
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-01,PM,L\nann,2025-09-02,AM,O\n"
             "cat,2025-09-01,AM,G\n");
  shelf_import(&s, "2025-09-08");
  assert_int_equal(s.report.number, 2);
  assert_int_equal(s.report.pupils_new, 1);
  assert_int_equal(s.report.pupils_changed, 1);
  assert_int_equal(s.report.marks_new, 3);
  assert_int_equal(s.report.marks_changed, 1);

  muster_register *then = shelf_load_at(&s, "2025-09-07"), *now = shelf_load_at(&s, "2025-09-08");
  assert_int_equal(then->pupil_count, 2);
  assert_string_equal(code_of(then, "ann", "2025-09-01", 0), "N");
  assert_string_equal(code_of(then, "ann", "2025-09-01", 1), "/");
  assert_string_equal(code_of(then, "ann", "2025-09-02", 0), "");
  assert_string_equal(code_of(then, "bob", "2025-09-01", 1), "");
  const muster_attribute *year_group = muster_attribute_find(&then->pupil_attributes, "year_group");
  same_text(muster_attribute_value(then, year_group, 0), muster_text_of("8"));
  assert_int_equal(then->last_mark, day("2025-09-01"));

  assert_int_equal(now->pupil_count, 3);
  assert_string_equal(code_of(now, "ann", "2025-09-01", 0), "I");
  assert_string_equal(code_of(now, "ann", "2025-09-01", 1), "/");
  assert_string_equal(code_of(now, "ann", "2025-09-02", 0), "O");
  assert_string_equal(code_of(now, "bob", "2025-09-01", 1), "L");
  assert_string_equal(code_of(now, "cat", "2025-09-01", 0), "G");
  same_text(muster_attribute_value(now, muster_attribute_find(&now->pupil_attributes, "year_group"), 0),
            muster_text_of("9"));
  muster_register_free(then);
  muster_register_free(now);

  muster_register *reg;
  muster_store_options options = muster_store_everything();
  options.known_at = day("2025-08-31");
  assert_int_equal(muster_store_load(s.store, &options, &reg, &s.err), MUSTER_DATA);
  assert_null(reg);
  shelf_end(&s);
}

static void a_mover_leaves_the_former_school_the_day_before(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-01");
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,start_date\nann,S2,2025-09-15\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-15,AM,N\n");
  shelf_import(&s, "2025-09-20");
  assert_int_equal(s.report.pupils_moved, 1);
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->pupil_count, 2);
  assert_int_equal(reg->pupils[0].end, day("2025-09-14"));
  assert_int_equal(reg->pupils[1].start, day("2025-09-15"));
  assert_string_equal(code_of(reg, "ann", "2025-09-15", 0), "N");
  muster_register_free(reg);
  reg = shelf_load_at(&s, "2025-09-19");
  assert_int_equal(reg->pupil_count, 1);
  assert_int_equal(reg->pupils[0].end, MUSTER_NO_DATE);
  muster_register_free(reg);
  shelf_end(&s);
}

static void two_schools_on_one_day_are_refused(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\nann,2025-09-22,AM,/\n");
  shelf_import(&s, "2025-09-01");
  char *one, *two;
  size_t n, m;
  bytes_of(s.store, &one, &n);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,start_date\nann,S2,2025-09-15\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-15,AM,N\n");
  assert_int_equal(shelf_try_import(&s, "2025-09-20"), MUSTER_DATA);
  assert_non_null(strstr(s.err.what, "1 pupils"));
  assert_null(strstr(s.err.what, "ann"));
  bytes_of(s.store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
  shelf_end(&s);
}

static void a_leaver_who_is_marked_again_is_back(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,end_date\nann,S1,2025-09-05\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-06");
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,end_date\nann,S1,\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-10,AM,/\n");
  shelf_import(&s, "2025-09-12");
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->pupil_count, 1);
  assert_int_equal(reg->pupils[0].end, MUSTER_NO_DATE);
  muster_register_free(reg);
  shelf_end(&s);
}

static void marks_without_pupils_go_to_the_pupils_the_store_knows(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv",
             "pupil_id,school_id,start_date,end_date\nann,S1,,2025-09-10\nann,S2,2025-09-11,\nbob,S2,,\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\nbob,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-06");
  shelf_clear(&s);
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-02,AM,I\nann,2025-09-12,AM,N\nbob,2025-09-12,AM,L\n");
  shelf_import(&s, "2025-09-12");
  assert_int_equal(s.report.pupils_new, 0);
  assert_int_equal(s.report.marks_new, 3);
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->pupil_count, 3);
  assert_string_equal(code_of(reg, "ann", "2025-09-02", 0), "I");
  assert_string_equal(code_of(reg, "ann", "2025-09-12", 0), "N");
  assert_string_equal(code_of(reg, "bob", "2025-09-12", 0), "L");
  assert_int_equal(
      row_of(reg, 2025, 0)[muster_session_of(day("2025-09-12")) - muster_year_first_week(2025) * MUSTER_LANE], 0);
  muster_register_free(reg);
  shelf_end(&s);
}

static void implied_presence_leaves_earlier_weeks_alone(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S1\n");
  shelf_file(&s, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-08,open\n");
  shelf_file(&s, "absences.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-02,PM,N\n");
  shelf_import(&s, "2025-09-06");
  shelf_file(&s, "absences.csv", "pupil_id,date,session,code\nann,2025-09-08,AM,G\n");
  shelf_import(&s, "2025-09-12");
  assert_int_equal(s.report.marks_changed, 0);
  muster_register *reg = shelf_load(&s);
  assert_string_equal(code_of(reg, "ann", "2025-09-01", 0), "I");
  assert_string_equal(code_of(reg, "bob", "2025-09-02", 1), "N");
  assert_string_equal(code_of(reg, "ann", "2025-09-08", 0), "G");
  assert_string_equal(code_of(reg, "bob", "2025-09-08", 0), "/");
  assert_true(reg->presence_implied);
  muster_register_free(reg);
  /* The full list again, with one absence taken back: within its days it is the whole truth. */
  shelf_file(&s, "absences.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nann,2025-09-08,AM,G\n");
  shelf_import(&s, "2025-09-13");
  assert_int_equal(s.report.marks_changed, 1);
  reg = shelf_load(&s);
  assert_string_equal(code_of(reg, "bob", "2025-09-02", 1), "\\");
  muster_register_free(reg);
  shelf_end(&s);
}

static void a_calendar_once_given_holds_until_it_ends(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\n");
  shelf_file(&s, "calendar.csv",
             "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-03,inset\n,2025-09-04,open\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-01");
  shelf_clear(&s);
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-02,AM,/\nann,2025-09-03,AM,/\nann,2025-09-08,AM,/\n");
  shelf_import(&s, "2025-09-08");
  assert_int_equal(s.report.marks_on_closed_days, 1);
  muster_register *reg = shelf_load(&s);
  assert_true(reg->calendar_given);
  const muster_open_days *open = &reg->schools[0].open;
  assert_true(muster_is_open(open, muster_session_of(day("2025-09-02"))));
  assert_false(muster_is_open(open, muster_session_of(day("2025-09-03"))));
  assert_true(muster_is_open(open, muster_session_of(day("2025-09-04")))); /* no mark yet */
  assert_true(muster_is_open(open, muster_session_of(day("2025-09-08")))); /* after the calendar's last day */
  muster_register_free(reg);
  reg = shelf_load_at(&s, "2025-09-05");
  assert_false(muster_is_open(&reg->schools[0].open, muster_session_of(day("2025-09-08"))));
  muster_register_free(reg);
  shelf_end(&s);
}

static void other_facts_keep_their_former_figures(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,house\nann,S1,Red\n");
  shelf_file(&s, "terms.csv", "name,half_term,start,end\nautumn,1,2025-09-01,2025-10-17\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  shelf_file(&s, "interventions.csv",
             "subject_kind,subject_id,kind,start_date,end_date\npupil,ann,mentor,2025-09-02,\n");
  shelf_import(&s, "2025-09-01");
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,house\nann,S1,Blue\n");
  shelf_file(&s, "terms.csv", "name,half_term,start,end\nautumn,1,2025-09-01,2025-10-24\n");
  shelf_file(&s, "interventions.csv",
             "subject_kind,subject_id,kind,start_date,end_date\npupil,ann,mentor,2025-09-02,2025-09-30\n"
             "pupil,ann,mentor,2025-10-02,\n");
  shelf_import(&s, "2025-09-30");
  assert_int_equal(s.report.facts_changed, 2);
  assert_int_equal(s.report.facts_new, 1);
  muster_register *then = shelf_load_at(&s, "2025-09-29"), *now = shelf_load(&s);
  assert_int_equal(then->intervention_count, 1);
  assert_int_equal(then->interventions[0].end, MUSTER_NO_DATE);
  assert_int_equal(then->half_terms[0].end, day("2025-10-17"));
  same_text(muster_attribute_value(then, muster_attribute_find(&then->pupil_attributes, "house"), 0),
            muster_text_of("Red"));
  assert_int_equal(now->intervention_count, 2);
  assert_int_equal(now->interventions[0].end, day("2025-09-30"));
  assert_int_equal(now->half_terms[0].end, day("2025-10-24"));
  same_text(muster_attribute_value(now, muster_attribute_find(&now->pupil_attributes, "house"), 0),
            muster_text_of("Blue"));
  muster_register_free(then);
  muster_register_free(now);
  shelf_end(&s);
}

/* ---- any sequence of imports ---- */

static uint32_t random_state;
static uint32_t draw(uint32_t n) {
  random_state = random_state * 1664525u + 1013904223u;
  return (random_state >> 8) % n;
}

enum { PUPILS = 12, DAYS = 25, IMPORTS = 12 };

/* A random piece of a random register: some pupils, some days, sometimes of the summer before, mostly present. */
static void random_folder(shelf *s, char model[PUPILS][DAYS][2], int *marks) {
  static const char *const codes[] = {"/", "\\", "I", "N", "C2", "L"};
  static char pupils[4096], text[1 << 16];
  size_t n = (size_t)sprintf(pupils, "pupil_id,school_id,year_group,house\n"), m = 0;
  m = (size_t)sprintf(text, "pupil_id,date,session,code\n");
  uint32_t from = draw(DAYS), length = 1 + draw(8), share = 1 + draw(3);
  *marks = 0;
  for (int p = 0; p < PUPILS; p++) {
    if (draw(share)) continue;
    n += (size_t)sprintf(pupils + n, "p%d,S%d,%u,%s\n", p, p % 3, draw(3), draw(2) ? "Red" : "");
    for (uint32_t d = from; d < from + length && d < DAYS; d++)
      for (int half = 0; half < 2; half++) {
        if (draw(8) == 0) continue;
        uint32_t c = draw(10);
        const char *code = c < 6 ? codes[c] : codes[half];
        char date[MUSTER_DATE_TEXT];
        muster_date_format(day("2025-07-20") + (muster_date)d, date);
        m += (size_t)sprintf(text + m, "p%d,%s,%s,%s\n", p, date, half ? "PM" : "AM", code);
        model[p][d][half] = (char)(1 + (c < 6 ? c : (uint32_t)half));
        ++*marks;
      }
  }
  shelf_file(s, "pupils.csv", pupils);
  shelf_file(s, "marks.csv", text);
}

static void check_model(const muster_register *reg, char model[PUPILS][DAYS][2]) {
  static const char *const codes[] = {"", "/", "\\", "I", "N", "C2", "L"};
  for (int p = 0; p < PUPILS; p++) {
    char id[8];
    sprintf(id, "p%d", p);
    if (muster_map_find(&reg->pupil_ids, muster_text_of(id)) == MUSTER_NONE) continue;
    for (int d = 0; d < DAYS; d++)
      for (int half = 0; half < 2; half++) {
        char date[MUSTER_DATE_TEXT];
        muster_date_format(day("2025-07-20") + d, date);
        assert_string_equal(code_of(reg, id, date, half), codes[(int)model[p][d][half]]);
      }
  }
}

static void every_earlier_state_comes_back_exactly(void **state) {
  (void)state;
  for (uint32_t seed = 1; seed <= 25; seed++) {
    random_state = seed * 7919;
    shelf s;
    shelf_begin(&s);
    char model[PUPILS][DAYS][2] = {{{0}}};
    muster_register *then[IMPORTS + 1] = {NULL};
    for (int i = 0; i < IMPORTS; i++) {
      int marks = 0;
      while (marks == 0) random_folder(&s, model, &marks);
      char date[MUSTER_DATE_TEXT];
      muster_date_format(day("2025-09-01") + 2 * i, date);
      shelf_import(&s, date);
      if (s.report.unchanged) continue;
      muster_register_free(then[s.report.number]);
      then[s.report.number] = shelf_load(&s);
      check_model(then[s.report.number], model);
    }
    for (uint32_t k = 1; k <= IMPORTS; k++) {
      if (!then[k]) continue;
      muster_store_options options = muster_store_everything();
      options.known_import = k;
      options.jobs = 1 + k % 3;
      muster_register *again = shelf_load_with(&s, &options);
      same_register(then[k], again);
      muster_register_free(again);
      muster_register_free(then[k]);
    }
    shelf_end(&s);
  }
}

/* Pupils who come, go, move and come back, said well and badly: an import is refused and changes nothing, or the store
 * stays one that can be loaded, now and as it was. */
static void movers_folder(shelf *s) {
  static char pupils[8192], text[1 << 16];
  size_t n = (size_t)sprintf(pupils, "pupil_id,school_id,start_date,end_date,sex\n");
  size_t m = (size_t)sprintf(text, "pupil_id,date,session,code\n");
  bool no_pupils = draw(5) == 0;
  for (int p = 0; p < PUPILS; p++) {
    if (draw(2)) continue;
    uint32_t start = draw(DAYS), end = start + draw(DAYS);
    char from[MUSTER_DATE_TEXT] = "", to[MUSTER_DATE_TEXT] = "", date[MUSTER_DATE_TEXT];
    if (draw(2)) muster_date_format(day("2025-07-20") + (muster_date)start, from);
    if (draw(3) == 0) muster_date_format(day("2025-07-20") + (muster_date)end, to);
    n += (size_t)sprintf(pupils + n, "p%d,S%u,%s,%s,%s\n", p, draw(3), from, to, draw(2) ? "F" : "");
    for (uint32_t d = start; d <= end && d < DAYS; d++)
      m += (size_t)sprintf(text + m, "p%d,%s,AM,%s\n", p, muster_date_format(day("2025-07-20") + (muster_date)d, date),
                           draw(4) ? "/" : "I");
  }
  m += (size_t)sprintf(text + m, "p0,2025-07-25,PM,L\n");
  n += (size_t)sprintf(pupils + n, "p0,S0,,,\n");
  shelf_clear(s);
  if (!no_pupils) shelf_file(s, "pupils.csv", pupils);
  shelf_file(s, "marks.csv", text);
}

static void pupils_may_come_and_go_in_any_way(void **state) {
  (void)state;
  int refused = 0, taken = 0;
  for (uint32_t seed = 1; seed <= 40; seed++) {
    random_state = seed * 104729;
    shelf s;
    shelf_begin(&s);
    muster_register *then[IMPORTS + 1] = {NULL};
    for (int i = 0; i < IMPORTS; i++) {
      movers_folder(&s);
      char *before = NULL, *after;
      size_t n = 0, m;
      if (access(s.store, F_OK) == 0) bytes_of(s.store, &before, &n);
      muster_status status = shelf_try_import(&s, "2025-09-01");
      if (status == MUSTER_OK) {
        taken++;
        muster_register_free(then[s.report.number]);
        then[s.report.number] = shelf_load(&s);
      } else {
        refused++;
        assert_int_equal(status, MUSTER_DATA);
        if (before) {
          bytes_of(s.store, &after, &m);
          assert_int_equal(n, m);
          assert_memory_equal(before, after, n);
          muster_free(after);
        } else {
          assert_int_equal(access(s.store, F_OK), -1);
        }
      }
      muster_free(before);
    }
    for (uint32_t k = 1; k <= IMPORTS; k++) {
      if (!then[k]) continue;
      muster_store_options options = muster_store_everything();
      options.known_import = k;
      options.jobs = 1 + k % 3;
      muster_register *again = shelf_load_with(&s, &options);
      same_register(then[k], again);
      muster_register_free(again);
      muster_register_free(then[k]);
    }
    shelf_end(&s);
  }
  print_message("%d imports taken, %d refused\n", taken, refused);
  assert_true(taken > 100 && refused > 50);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(late_corrections_do_not_change_what_was_known),
      cmocka_unit_test(a_mover_leaves_the_former_school_the_day_before),
      cmocka_unit_test(two_schools_on_one_day_are_refused),
      cmocka_unit_test(a_leaver_who_is_marked_again_is_back),
      cmocka_unit_test(marks_without_pupils_go_to_the_pupils_the_store_knows),
      cmocka_unit_test(implied_presence_leaves_earlier_weeks_alone),
      cmocka_unit_test(a_calendar_once_given_holds_until_it_ends),
      cmocka_unit_test(other_facts_keep_their_former_figures),
      cmocka_unit_test(every_earlier_state_comes_back_exactly),
      cmocka_unit_test(pupils_may_come_and_go_in_any_way),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
