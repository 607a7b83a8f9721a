/* What goes into a store comes out of it. */
#include "support.h"

static void everything(shelf *s) {
  shelf_file(
      s, "schools.csv",
      "school_id,name,phase,region,Head teacher\nS2,\"Upper, Lower\",secondary,North,Dr A\nS1,First,primary,,\n");
  shelf_file(s, "pupils.csv",
             "pupil_id,school_id,year_group,group,sex,house,fsm,sen,eal,ethnicity,birth_date,start_date,end_date\n"
             "ann,S1,8,8B,F,Red,true,N,false,White British,2012-09-30,2025-09-01,\n"
             "bob,S2,9,9A,M,,false,E,true,,2011-01-02,,2025-09-12\n"
             "bob,S1,9,9C,M,Blue,false,E,true,,2011-01-02,2025-09-15,\n"
             "cat,S2,,,,,,,,,,,\n");
  shelf_file(s, "calendar.csv",
             "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\n,2025-09-03,inset\n,2025-09-04,open\n"
             ",2025-09-15,open\n,2025-09-16,open\nS2,2025-09-05,open\n,2026-03-02,open\n");
  shelf_file(s, "terms.csv",
             "name,half_term,start,end\nautumn,1,2025-09-01,2025-10-24\nspring,3,2026-01-05,2026-03-27\n");
  shelf_file(s, "marks.csv",
             "pupil_id,date,session,code\n"
             "ann,2025-09-01,AM,/\nann,2025-09-01,PM,\\\nann,2025-09-02,AM,C2\nann,2025-09-02,PM,I\n"
             "bob,2025-09-01,AM,L\nbob,2025-09-05,PM,N\nbob,2025-09-15,AM,U\n"
             "cat,2025-09-01,AM,/\ncat,2025-09-04,AM,Y7\ncat,2025-09-01,AM,O\n");
  shelf_file(s, "interventions.csv",
             "subject_kind,subject_id,kind,start_date,end_date,provider,dose,cost\n"
             "pupil,ann,mentor,2025-09-02,2025-10-02,Acme,3.5,120\nschool,S2,breakfast,2025-09-01,,,,\n");
  shelf_file(s, "responses.csv",
             "respondent,pupil_id,school_id,date,instrument,item,value\nr1,ann,,2025-09-10,wellbeing,q1,4\n"
             "p7,,S2,2025-09-11,parents,q9,2.5\n");
}

static void a_store_gives_back_what_it_was_given(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  everything(&s);
  muster_ledger *ledger;
  muster_register *before = shelf_read(&s, &ledger);
  assert_int_equal(ledger->total.rejected, 0);
  shelf_import(&s, "2025-09-20");
  assert_true(s.report.created);
  assert_int_equal(s.report.number, 1);
  assert_int_equal(s.report.pupils_new, 4);
  assert_int_equal(s.report.schools_new, 2);
  assert_int_equal(s.report.marks_new, 9);
  for (unsigned jobs = 0; jobs < 4; jobs++) {
    muster_store_options options = muster_store_everything();
    options.jobs = jobs;
    muster_register *after = shelf_load_with(&s, &options);
    same_register(before, after);
    muster_register_free(after);
  }
  muster_register_free(before);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

static void totals_without_pupils_come_back(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "counts.csv",
             "unit_id,period,possible,authorised,unauthorised,enrolments,region\nA,2024/25,1000,50,20,12,North\n"
             "A,2023/24,900,,,11,North\nB,2024/25,500,5,1,,South\n");
  muster_ledger *ledger;
  muster_register *before = shelf_read(&s, &ledger);
  shelf_import(&s, "2025-09-20");
  muster_register *after = shelf_load(&s);
  assert_int_equal(after->total_count, before->total_count);
  same_register(before, after);
  muster_register_free(before);
  muster_register_free(after);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

static void absences_alone_come_back_with_presence_implied(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S1\n");
  shelf_file(&s, "absences.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,I\nbob,2025-09-03,PM,N\n");
  muster_ledger *ledger;
  muster_register *before = shelf_read(&s, &ledger);
  assert_true(before->presence_implied);
  shelf_import(&s, "2025-09-20");
  muster_register *after = shelf_load(&s);
  same_register(before, after);
  assert_string_equal(code_of(after, "ann", "2025-09-03", 1), "\\");
  muster_register_free(before);
  muster_register_free(after);
  muster_ledger_free(ledger);
  shelf_end(&s);
}

static void the_same_folder_twice_changes_no_byte(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  everything(&s);
  shelf_import(&s, "2025-09-20");
  char *one, *two;
  size_t n, m;
  bytes_of(s.store, &one, &n);
  shelf_import(&s, "2025-09-21");
  assert_true(s.report.unchanged);
  assert_int_equal(s.report.number, 1);
  bytes_of(s.store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
  shelf_end(&s);
}

static void the_same_folder_makes_the_same_bytes(void **state) {
  (void)state;
  shelf a, b;
  char *one, *two;
  size_t n, m;
  shelf_begin(&a);
  shelf_begin(&b);
  everything(&a);
  everything(&b);
  shelf_import(&a, "2025-09-20");
  shelf_import(&b, "2025-09-20");
  bytes_of(a.store, &one, &n);
  bytes_of(b.store, &two, &m);
  assert_int_equal(n, m);
  assert_memory_equal(one, two, n);
  muster_free(one);
  muster_free(two);
  shelf_end(&a);
  shelf_end(&b);
}

static void a_new_store_is_for_its_owner(void **state) {
  (void)state;
  shelf s;
  struct stat st;
  shelf_begin(&s);
  everything(&s);
  shelf_import(&s, "2025-09-20");
  assert_int_equal(stat(s.store, &st), 0);
  assert_int_equal(st.st_mode & 0777, 0600);
  assert_true(muster_is_store(s.store));
  assert_false(muster_is_store(s.csv));
  shelf_end(&s);
}

static void years_and_schools_can_be_chosen(void **state) {
  (void)state;
  shelf s;
  shelf_begin(&s);
  shelf_file(&s, "pupils.csv", "pupil_id,school_id\nann,S1\nbob,S2\ncat,S3\ndan,S2\n");
  shelf_file(&s, "marks.csv",
             "pupil_id,date,session,code\nann,2023-09-04,AM,/\nann,2025-09-01,AM,I\nbob,2024-09-03,AM,/\n"
             "cat,2025-09-01,AM,N\ndan,2025-09-02,AM,O\n");
  shelf_import(&s, "2025-09-20");
  muster_store_options options = muster_store_everything();
  options.from_year = 2024;
  options.to_year = 2024;
  muster_register *reg = shelf_load_with(&s, &options);
  assert_int_equal(reg->pupil_count, 4);
  assert_int_equal(reg->year_count, 1);
  assert_string_equal(code_of(reg, "bob", "2024-09-03", 0), "/");
  muster_register_free(reg);

  options = muster_store_everything();
  options.part = (muster_store_part){2, 2, 0};
  reg = shelf_load_with(&s, &options);
  assert_int_equal(reg->school_count, 1);
  assert_int_equal(reg->pupil_count, 2);
  same_text(muster_pupil_id(reg, 0), muster_text_of("bob"));
  assert_string_equal(code_of(reg, "dan", "2025-09-02", 0), "O");
  muster_register_free(reg);
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_store_gives_back_what_it_was_given),
      cmocka_unit_test(totals_without_pupils_come_back),
      cmocka_unit_test(absences_alone_come_back_with_presence_implied),
      cmocka_unit_test(the_same_folder_twice_changes_no_byte),
      cmocka_unit_test(the_same_folder_makes_the_same_bytes),
      cmocka_unit_test(a_new_store_is_for_its_owner),
      cmocka_unit_test(years_and_schools_can_be_chosen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
