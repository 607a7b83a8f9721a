/* Stores from strangers, from other versions, and from broken disks. */
#include "support.h"

static void shell(const shelf *s, const char *sql) {
  char *command = muster_alloc(8192, 1);
  snprintf(command, 8192, "sqlite3 -bail '%s' \"%s\" >/dev/null", s->store, sql);
  if (system(command) != 0) fail_msg("cannot run: %s", command);
  muster_free(command);
}

static bool shell_is_there(void) {
  bool there = system("command -v sqlite3 >/dev/null 2>&1") == 0;
  if (!there) print_message("SKIPPED: there is no sqlite3 shell\n");
  return there;
}

static void a_store(shelf *s) {
  shelf_begin(s);
  shelf_file(s, "schools.csv", "school_id,name,phase\nS1,First,primary\nS2,Second,secondary\n");
  shelf_file(s, "pupils.csv",
             "pupil_id,school_id,year_group,house,start_date\nann,S1,8,Red,\nbob,S1,9,Blue,2025-09-02\ncat,S2,,,\n");
  shelf_file(s, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-03,open\n");
  shelf_file(s, "terms.csv", "name,half_term,start,end\nautumn,1,2025-09-01,2025-10-24\n");
  shelf_file(s, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/\nann,2025-09-01,PM,\\\nbob,2025-09-02,AM,N\n"
             "cat,2025-09-01,AM,/\ncat,2025-09-02,AM,/\ncat,2025-09-02,AM,I\n");
  shelf_file(s, "interventions.csv", "subject_kind,subject_id,kind,start_date\npupil,ann,mentor,2025-09-02\n");
  shelf_file(s, "responses.csv",
             "respondent,pupil_id,school_id,date,instrument,item,value\nr,ann,,2025-09-10,w,q1,4\n");
  shelf_import(s, "2025-09-03");
  shelf_file(s, "pupils.csv", "pupil_id,school_id,year_group,house\nann,S1,9,Green\n");
  shelf_file(s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nann,2025-09-03,AM,/\n");
  shelf_import(s, "2025-09-04");
}

static void an_older_store_is_read_as_it_is_and_brought_up_to_date_by_an_import(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  static const char *const back_one =
      "BEGIN; SELECT 1; DROP VIEW mark; DROP VIEW measure_year; DROP VIEW session; DROP VIEW history; DROP VIEW "
      "calendar_day; DROP VIEW byte_list; DROP VIEW import; DROP VIEW code; DROP VIEW school; DROP VIEW pupil; DROP "
      "VIEW "
      "half_term; DROP VIEW total; DROP VIEW intervention; DROP VIEW response; DROP VIEW run; DROP VIEW finding; DROP "
      "VIEW plan_step; DROP TABLE slot_row; PRAGMA user_version = 2; COMMIT";
  static const char *const back_two =
      "BEGIN; DROP INDEX enrolment_of_pupil; DROP INDEX enrolment_of_school; DROP INDEX total_of_school; DROP INDEX "
      "intervention_of_subject; DROP INDEX response_of_subject; PRAGMA user_version = 1; COMMIT";
  for (int versions = 1; versions <= 2; versions++) {
    shelf s;
    a_store(&s);
    muster_register *before = shelf_load(&s);
    shell(&s, back_one);
    if (versions == 2) shell(&s, back_two);
    muster_store_info info;
    must(&s, muster_store_look(s.store, &info, &s.err));
    assert_int_equal(info.schema, 3 - versions);
    muster_store_info_free(&info);
    muster_register *older = shelf_load(&s);
    same_register(before, older);
    shelf_import(&s, "2025-09-05"); /* nothing new, but the schema is */
    assert_true(s.report.unchanged);
    must(&s, muster_store_look(s.store, &info, &s.err));
    assert_int_equal(info.schema, 3);
    muster_store_info_free(&info);
    shell(&s, "SELECT count(*) FROM mark");
    must(&s, muster_store_verify(s.store, &s.err));
    muster_register *newer = shelf_load(&s);
    same_register(before, newer);
    muster_register_free(before);
    muster_register_free(older);
    muster_register_free(newer);
    shelf_end(&s);
  }
}

static void tables_that_muster_did_not_make_are_not_used(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  static const char *const changes[] = {
      "ALTER TABLE enrolment_row ADD COLUMN more TEXT DEFAULT 'x'",
      "DROP INDEX enrolment_of_pupil; CREATE INDEX enrolment_of_pupil ON enrolment_row (upper(pupil_id))",
      "DROP VIEW pupil; DROP TABLE pupil_fact; CREATE VIEW pupil_fact AS SELECT 1 AS enrolment, 1 AS attribute, 'x' AS "
      "value, 1 AS known_from, NULL AS known_to",
      "DROP TABLE step_row; CREATE TABLE step_row (number, position, step)", "DROP TABLE meta_row"};
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    shelf s;
    a_store(&s);
    shell(&s, changes[i]);
    muster_register *reg;
    assert_int_equal(muster_store_load(s.store, NULL, &reg, &s.err), MUSTER_IO);
    assert_non_null(strstr(s.err.what, "not the one that muster makes"));
    assert_int_equal(shelf_try_import(&s, "2025-09-09"), MUSTER_IO);
    shelf_end(&s);
  }
}

/* Whoever made the file may add tables and views of their own; triggers and views are never run. */
static void what_else_is_in_the_file_is_left_alone(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  a_store(&s);
  shell(
      &s,
      "CREATE TABLE own (x); CREATE VIEW own_view AS SELECT * FROM pupil; CREATE TRIGGER spy AFTER INSERT ON mark_row "
      "BEGIN INSERT INTO own VALUES ('trap'); DELETE FROM mark_row; END; CREATE TRIGGER spy2 AFTER UPDATE ON mark_row "
      "BEGIN DELETE FROM enrolment_row; END; DROP VIEW mark; CREATE VIEW mark AS SELECT load_extension('evil')");
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\nann,2025-09-02,AM,O\n");
  shelf_import(&s, "2025-09-09");
  muster_register *reg = shelf_load(&s);
  assert_int_equal(reg->pupil_count, 3);
  assert_string_equal(code_of(reg, "ann", "2025-09-02", 0), "O");
  muster_register_free(reg);
  shelf_end(&s);
}

/* Values that the tables allow and a register does not. */
static void values_out_of_range_are_found(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  static const char *const changes[] = {
      "UPDATE mark_row SET runs = x'000000', plain = NULL",
      "UPDATE mark_row SET runs = x'FFFF0101', plain = NULL",
      "UPDATE mark_row SET runs = x'000001FE', plain = NULL",
      "UPDATE mark_row SET runs = NULL, plain = x'01'",
      "UPDATE school_year_row SET sessions = x'0001', usual = x'FE'",
      "UPDATE school_year_row SET sessions = x'00020001', usual = x'0101'",
      "UPDATE school_year_row SET sessions = x'FFFF', usual = x'01'",
      "UPDATE school_year_row SET year = 99999",
      "UPDATE enrolment_row SET school = 2",
      "UPDATE enrolment_row SET start_date = 999999999",
      "UPDATE enrolment_row SET pupil_id = 'ann'",
      "UPDATE profile_row SET sex = CAST(x'FFFE' AS TEXT)",
      "UPDATE enrolment_row SET pupil_id = CAST(x'6100' AS TEXT) WHERE enrolment = 1",
      "UPDATE code_row SET code = 'MUCH TOO LONG' WHERE byte = x'01'",
      "DELETE FROM code_row WHERE byte = x'02'",
      "UPDATE calendar_row SET weeks = x'00'",
      "UPDATE calendar_row SET year = -5",
      "UPDATE half_term_row SET end_date = start_date - 5",
      "UPDATE half_term_row SET half_term = 7000",
      "UPDATE school_fact SET attribute = 12345 WHERE value = 'First'",
      "UPDATE import_row SET import = import + 0, imported_on = 99999999; UPDATE mark_before SET runs = x'0001020304'",
      "UPDATE intervention_row SET start_date = -9999999",
      "DELETE FROM school_row",
      "DELETE FROM enrolment_row",
      "DELETE FROM arrival_row"};
  int refused = 0;
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    shelf s;
    a_store(&s);
    shell(&s, changes[i]);
    muster_register *reg;
    muster_status status = muster_store_load(s.store, NULL, &reg, &s.err);
    if (status == MUSTER_OK) {
      muster_register_free(reg);
      status = muster_store_verify(s.store, &s.err);
    }
    if (status == MUSTER_IO) {
      assert_non_null(strstr(s.err.what, "damaged"));
      refused++;
    } else {
      print_message("read as it is: %s\n", changes[i]);
    }
    muster_status import = shelf_try_import(&s, "2025-09-09");
    assert_true(import == MUSTER_OK || import == MUSTER_IO || import == MUSTER_DATA);
    shelf_end(&s);
  }
  assert_true(refused >= (int)(sizeof changes / sizeof *changes) - 1); /* without arrivals, nothing ever came */
}

/* Any bytes: an answer, never a crash. The fuzzer of tests/fuzz does the same for longer. */
static void random_damage_is_survived(void **state) {
  (void)state;
  shelf s;
  a_store(&s);
  char *bytes;
  size_t n;
  uint32_t random = 12345;
  bytes_of(s.store, &bytes, &n);
  for (int round = 0; round < 400; round++) {
    char *copy = muster_alloc(n, 1);
    memcpy(copy, bytes, n);
    for (int k = 0; k < 1 + round % 9; k++) {
      random = random * 1664525u + 1013904223u;
      copy[100 + random % (n - 100)] = (char)(random >> 24);
    }
    muster_error err;
    assert_int_equal(muster_file_write(s.store, copy, n, 0600, &err), MUSTER_OK);
    muster_free(copy);
    muster_register *reg;
    muster_store_options options = muster_store_everything();
    options.known_import = (uint32_t)round % 2;
    if (muster_store_load(s.store, &options, &reg, &err) == MUSTER_OK)
      muster_register_free(reg);
    else
      assert_true(err.what[0] != 0);
    if (round % 8 == 0) (void)(shelf_try_import(&s, "2025-09-09") == MUSTER_OK);
  }
  muster_free(bytes);
  shelf_end(&s);
}

static void a_school_with_an_impossible_number_is_damage_wherever_it_stands(void **state) {
  (void)state;
  if (!shell_is_there()) return;
  shelf s;
  a_store(&s);
  shell(&s, "PRAGMA foreign_keys = OFF; UPDATE school_row SET school = 5000000000 WHERE school = 2");
  muster_store_part *parts;
  size_t n;
  assert_int_equal(muster_store_parts(s.store, 1000, &parts, &n, &s.err), MUSTER_IO);
  assert_non_null(strstr(s.err.what, "a school makes no sense"));
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_school_with_an_impossible_number_is_damage_wherever_it_stands),
      cmocka_unit_test(an_older_store_is_read_as_it_is_and_brought_up_to_date_by_an_import),
      cmocka_unit_test(tables_that_muster_did_not_make_are_not_used),
      cmocka_unit_test(what_else_is_in_the_file_is_left_alone),
      cmocka_unit_test(values_out_of_range_are_found),
      cmocka_unit_test(random_damage_is_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
