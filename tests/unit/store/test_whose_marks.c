/* Marks without a file of pupils: whose they are. */
#include "support.h"

static const char pupils[] =
    "pupil_id,school_id,start_date,end_date\nann,S1,,2025-09-10\nann,S2,2025-09-11,\n17,S1,,\n18,S2,,\n";
static const char first_marks[] =
    "pupil_id,date,session,code\nann,2025-09-01,AM,/\n17,2025-09-01,AM,/\n18,2025-09-01,AM,/\n";

static void a_trust(shelf *s) {
  shelf_begin(s);
  shelf_file(s, "pupils.csv", pupils);
  shelf_file(s, "marks.csv", first_marks);
  shelf_import(s, "2025-09-01");
  shelf_clear(s);
}

static uint64_t rejected(shelf *s) {
  muster_import_options options = {.on = day("2025-09-20")};
  muster_ledger *ledger;
  muster_register *reg = shelf_read_for(s, &options, &ledger);
  uint64_t n = ledger->total.rejected;
  assert_true(muster_ledger_balanced(ledger));
  muster_register_free(reg);
  muster_ledger_free(ledger);
  return n;
}

static void a_named_school_is_where_the_marks_go_or_they_are_rejected(void **state) {
  (void)state;
  shelf s;
  a_trust(&s);
  shelf_file(&s, "marks.csv",
             "pupil_id,school_id,date,session,code\n17,S2,2025-09-02,AM,O\n17,S1,2025-09-03,AM,I\n"
             "ann,S2,2025-09-12,AM,N\nann,S1,2025-09-13,AM,O\n18,S9,2025-09-02,AM,O\n");
  assert_int_equal(rejected(&s), 3);
  shelf_import(&s, "2025-09-20");
  assert_int_equal(s.report.schools_new, 0);
  assert_int_equal(s.report.pupils_new, 0);
  assert_int_equal(s.report.pupils_moved, 0);
  assert_int_equal(s.report.marks_new, 2);
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->pupil_count, 4);
  assert_int_equal(reg->school_count, 2);
  assert_string_equal(code_of(reg, "17", "2025-09-02", 0), "");
  assert_string_equal(code_of(reg, "17", "2025-09-03", 0), "I");
  assert_string_equal(code_of(reg, "ann", "2025-09-12", 0), "N");
  assert_string_equal(code_of(reg, "ann", "2025-09-13", 0), "");
  assert_string_equal(code_of(reg, "18", "2025-09-02", 0), "");
  muster_register_free(reg);
  shelf_end(&s);
}

static void known_pupils_need_no_school_and_new_ones_get_one(void **state) {
  (void)state;
  shelf s;
  a_trust(&s);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-02,AM,O\n18,2025-09-02,AM,I\n");
  shelf_import(&s, "2025-09-20");
  assert_int_equal(s.report.schools_new, 0);
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->school_count, 2);
  assert_string_equal(code_of(reg, "17", "2025-09-02", 0), "O");
  assert_string_equal(code_of(reg, "18", "2025-09-02", 0), "I");
  muster_register_free(reg);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-03,AM,O\n19,2025-09-03,AM,I\n");
  shelf_import(&s, "2025-09-21");
  assert_int_equal(s.report.schools_new, 1);
  assert_int_equal(s.report.pupils_new, 1);
  reg = shelf_load(&s);
  same_text(muster_school_id(reg, reg->pupils[4].school), muster_text_of("school"));
  muster_register_free(reg);
  shelf_end(&s);
}

static void the_same_marks_again_change_no_byte(void **state) {
  (void)state;
  shelf s;
  a_trust(&s);
  shelf_file(&s, "marks.csv",
             "pupil_id,school_id,date,session,code\n17,S1,2025-09-03,AM,I\n17,S1,2025-09-03,AM,O\n"
             "ann,S2,2025-09-12,AM,N\n20,S3,2025-09-12,AM,N\n");
  shelf_import(&s, "2025-09-20");
  char *one, *two;
  size_t n, m;
  bytes_of(s.store, &one, &n);
  shelf_import(&s, "2025-09-21");
  assert_true(s.report.unchanged);
  bytes_of(s.store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
  shelf_end(&s);
}

static void refuse(shelf *s, const muster_register *reg, const muster_ledger *ledger) {
  char *one, *two;
  size_t n, m;
  muster_import_options options = {.on = day("2025-09-20")};
  bytes_of(s->store, &one, &n);
  assert_int_equal(muster_store_import(s->store, reg, ledger, &options, &s->report, &s->err), MUSTER_DATA);
  assert_non_null(strstr(s->err.what, "than the store has"));
  assert_non_null(strstr(s->err.todo, "nothing was imported"));
  bytes_of(s->store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
}

static void marks_that_were_read_without_the_stores_pupils_are_refused(void **state) {
  (void)state;
  static const char *const marks[] = {"pupil_id,school_id,date,session,code\n17,S2,2025-09-02,AM,O\n",
                                      "pupil_id,date,session,code\n17,2025-09-02,AM,O\n",
                                      "pupil_id,school_id,date,session,code\nann,S1,2025-09-02,AM,O\n"};
  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
    shelf s;
    a_trust(&s);
    shelf_file(&s, "marks.csv", marks[i]);
    muster_ledger *ledger;
    muster_register *reg = shelf_read(&s, &ledger);
    refuse(&s, reg, ledger);
    muster_register_free(reg);
    muster_ledger_free(ledger);
    shelf_end(&s);
  }
}

static void a_pupil_who_moved_while_the_marks_were_read_refuses_them(void **state) {
  (void)state;
  shelf s;
  a_trust(&s);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-22,AM,O\n");
  muster_import_options options = {.on = day("2025-09-20")};
  muster_ledger *ledger;
  muster_register *reg = shelf_read_for(&s, &options, &ledger);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,start_date\n17,S2,2025-09-15\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-15,AM,/\n");
  shelf_import(&s, "2025-09-20");
  refuse(&s, reg, ledger);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

static void another_birth_date_is_no_move(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,birth_date\n17,S1,2012-03-01\n18,S1,\n19,S1,2012-03-01\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-01,AM,/\n18,2025-09-01,AM,/\n");
  shelf_import(&s, "2025-09-01");
  char *one, *two;
  size_t n, m;
  bytes_of(s.store, &one, &n);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id,birth_date,start_date\n17,S2,2014-05-06,2025-09-15\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-15,AM,O\n");
  assert_int_equal(shelf_try_import(&s, "2025-09-20"), MUSTER_DATA);
  assert_non_null(strstr(s.err.what, "1 pupils would move"));
  assert_null(strstr(s.err.what, "17"));
  assert_null(strstr(s.err.what, "201"));
  bytes_of(s.store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
  /* the same birth date, or none, is a move */
  shelf_file(&s, "pupils.csv",
             "pupil_id,school_id,birth_date,start_date\n18,S2,2014-05-06,2025-09-15\n19,S2,2012-03-01,2025-09-15\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n18,2025-09-15,AM,O\n");
  shelf_import(&s, "2025-09-20");
  assert_int_equal(s.report.pupils_moved, 2);
  assert_int_equal(s.report.two_births, 0);
  /* and so is one whose former enrolment the import ends */
  shelf_file(&s, "pupils.csv",
             "pupil_id,school_id,birth_date,start_date,end_date\n17,S1,2012-03-01,,2025-09-12\n"
             "17,S2,2014-05-06,2025-09-15,\n");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-15,AM,O\n");
  shelf_import(&s, "2025-09-20");
  assert_int_equal(s.report.two_births, 1);
  shelf_end(&s);
}

static void no_memory_is_an_error(void **state) {
  (void)state;
  shelf s;
  a_trust(&s);
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\n17,2025-09-02,AM,O\nann,2025-09-12,AM,I\n21,2025-09-12,AM,I\n");
  muster_import_options import = {.on = day("2025-09-20")};
  int failed = 0;
  for (long nth = 1;; nth += nth < 400 ? 1 : 53) {
    muster_register *reg = muster_register_new();
    muster_ledger *ledger = muster_ledger_new();
    assert_true(reg && ledger);
    muster_known_pupils known;
    muster_load_options options = {.known = &known};
    muster_error err = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_store_known_begin(s.store, &import, &known, &err);
    if (status == MUSTER_OK) status = muster_load(s.csv, NULL, &options, reg, ledger, &err);
    muster_alloc_fail_at(0);
    muster_store_known_end(&known);
    muster_register_free(reg);
    muster_ledger_free(ledger);
    if (status == MUSTER_OK) break;
    failed++;
    if (status != MUSTER_MEMORY) fail_msg("allocation %ld: %s", nth, err.what);
  }
  assert_true(failed > 50);
  shelf_end(&s);
}

static void a_store_that_is_none_is_an_error(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  FILE *file = fopen(s.store, "wb");
  assert_non_null(file);
  fputs("not a store", file);
  fclose(file);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\n17,2025-09-02,AM,O\n");
  muster_import_options import = {.on = day("2025-09-20")};
  muster_known_pupils known;
  muster_load_options options = {.known = &known};
  muster_register *reg = muster_register_new();
  muster_ledger *ledger = muster_ledger_new();
  must(&s, muster_store_known_begin(s.store, &import, &known, &s.err));
  assert_int_equal(muster_load(s.csv, NULL, &options, reg, ledger, &s.err), MUSTER_IO);
  muster_store_known_end(&known);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_named_school_is_where_the_marks_go_or_they_are_rejected),
      cmocka_unit_test(known_pupils_need_no_school_and_new_ones_get_one),
      cmocka_unit_test(the_same_marks_again_change_no_byte),
      cmocka_unit_test(marks_that_were_read_without_the_stores_pupils_are_refused),
      cmocka_unit_test(a_pupil_who_moved_while_the_marks_were_read_refuses_them),
      cmocka_unit_test(another_birth_date_is_no_move),
      cmocka_unit_test(no_memory_is_an_error),
      cmocka_unit_test(a_store_that_is_none_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
