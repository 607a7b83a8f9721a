/* Runs, plans, what a store holds, parts. */
#include "support.h"

static void store_of_three_schools(shelf *s) {
  shelf_begin(s);
  shelf_file(s, "pupils.csv", "pupil_id,school_id\na,S1\nb,S2\nc,S2\nd,S3\ne,S3\nf,S3\ng,S3\n");
  shelf_file(
      s, "marks.csv",
      "pupil_id,date,session,code\na,2025-09-01,AM,/\nb,2025-09-01,AM,I\nc,2025-09-01,AM,/\nd,2025-09-01,AM,N\n");
  shelf_import(s, "2025-09-03");
}

static void a_store_says_what_it_holds(void **state) {
  (void)state;
  shelf s;
  store_of_three_schools(&s);
  muster_store_info one, two;
  must(&s, muster_store_look(s.store, &one, &s.err));
  assert_int_equal(one.schools, 3);
  assert_int_equal(one.pupils, 7);
  assert_int_equal(one.enrolments, 7);
  assert_int_equal(one.import_count, 1);
  assert_int_equal(one.imports[0].on, day("2025-09-03"));
  assert_int_equal(one.imports[0].read, 11);
  assert_int_equal(one.imports[0].marks_new, 4);
  assert_false(one.pseudonymous);
  shelf_file(&s, "marks.csv", "pupil_id,date,session,code\na,2025-09-02,AM,/\n");
  shelf_import(&s, "2025-09-04");
  must(&s, muster_store_look(s.store, &two, &s.err));
  assert_int_equal(two.import_count, 2);
  assert_int_equal(strlen(two.digest), 64);
  assert_string_not_equal(one.digest, two.digest);
  muster_store_info_free(&one);
  muster_store_info_free(&two);
  must(&s, muster_store_verify(s.store, &s.err));
  shelf_end(&s);
}

static void parts_are_whole_schools_and_all_of_them(void **state) {
  (void)state;
  shelf s;
  store_of_three_schools(&s);
  for (uint64_t size = 1; size <= 8; size++) {
    muster_store_part *parts;
    size_t n, pupils = 0, schools = 0;
    must(&s, muster_store_parts(s.store, size, &parts, &n, &s.err));
    assert_int_equal(n, size < 3 ? 3 : size < 7 ? 2 : 1);
    for (size_t i = 0; i < n; i++) {
      muster_store_options options = muster_store_everything();
      options.part = parts[i];
      muster_register *reg = shelf_load_with(&s, &options);
      assert_int_equal(reg->pupil_count, parts[i].pupils);
      pupils += reg->pupil_count;
      schools += reg->school_count;
      muster_register_free(reg);
    }
    assert_int_equal(pupils, 7);
    assert_int_equal(schools, 3);
    muster_free(parts);
  }
  shelf_end(&s);
}

static const muster_stored_step call = {.plan = "panel",
                                        .rule = "p/r",
                                        .scope = "pupil",
                                        .subject = "a",
                                        .school = "S1",
                                        .step = "call",
                                        .action = "Call home",
                                        .owner = "tutor",
                                        .done_on = MUSTER_NO_DATE};

static void record(shelf *s, const char *as_of, const char *packs, const muster_stored_step *steps, size_t n,
                   size_t findings) {
  static const muster_stored_finding finding[] = {{"p/r", "pupil", "a", "S1", "review", 20332, "one", "{}"},
                                                  {"p/r", "pupil", "b", "S2", "review", 20332, "two", "{}"}};
  muster_stored_run run = {.as_of = day(as_of),
                           .packs = packs,
                           .findings = finding,
                           .finding_count = findings,
                           .steps = steps,
                           .step_count = n};
  must(s, muster_store_record(s->store, &run, NULL, &s->err));
}

static void steps_live_on_from_run_to_run(void **state) {
  (void)state;
  shelf s;
  store_of_three_schools(&s);
  muster_stored_step steps[3] = {call, call, call};
  for (int i = 0; i < 3; i++) steps[i].start = day("2025-09-03"), steps[i].due = day("2025-09-05");
  steps[1].step = "visit", steps[1].action = "Home visit";
  steps[2].subject = "b", steps[2].school = "S2";
  record(&s, "2025-09-03", "x", steps, 3, 2);

  muster_stored_steps read;
  must(&s, muster_store_plans(s.store, MUSTER_NO_DATE, &read, &s.err));
  assert_int_equal(read.count, 3);
  assert_int_equal(read.at[0].number, 1);
  assert_string_equal(read.at[1].step, "visit");
  assert_int_equal(read.at[2].number, 2);
  assert_int_equal(read.at[0].status, MUSTER_STORED_OPEN);
  muster_stored_steps_free(&read);

  must(&s, muster_store_plan_done(s.store, "a", "call", day("2025-09-04"), &s.err));
  steps[0].status = steps[1].status = steps[2].status = MUSTER_STORED_LATE;
  record(&s, "2025-09-10", "x", steps, 3, 2);
  must(&s, muster_store_plans(s.store, MUSTER_NO_DATE, &read, &s.err));
  assert_int_equal(read.count, 3);
  assert_int_equal(read.at[0].status, MUSTER_STORED_DONE); /* whatever the run says */
  assert_int_equal(read.at[0].done_on, day("2025-09-04"));
  assert_int_equal(read.at[1].status, MUSTER_STORED_LATE);
  muster_stored_steps_free(&read);
  /* On an earlier day it was not yet done. */
  must(&s, muster_store_plans(s.store, day("2025-09-03"), &read, &s.err));
  assert_int_equal(read.at[0].status, MUSTER_STORED_OPEN);
  assert_int_equal(read.at[0].done_on, MUSTER_NO_DATE);
  muster_stored_steps_free(&read);
  must(&s, muster_store_plans(s.store, day("2025-09-02"), &read, &s.err));
  assert_int_equal(read.count, 0);
  muster_stored_steps_free(&read);
  shelf_end(&s);
}

static void a_step_is_found_by_what_people_type(void **state) {
  (void)state;
  static const char *const good[] = {"1", "a", "panel/a", "panel:a"};
  for (size_t i = 0; i < 4; i++) {
    shelf s;
    store_of_three_schools(&s);
    muster_stored_step steps[2] = {call, call};
    steps[0].start = steps[1].start = day("2025-09-03");
    steps[1].subject = "b";
    record(&s, "2025-09-03", "x", steps, 2, 0);
    must(&s, muster_store_plan_done(s.store, good[i], "call", day("2025-09-04"), &s.err));
    assert_int_equal(muster_store_plan_done(s.store, good[i], "call", day("2025-09-04"), &s.err), MUSTER_USAGE);
    assert_non_null(strstr(s.err.what, "done already"));
    must(&s, muster_store_plan_done(s.store, "panel", "call", day("2025-09-04"), &s.err)); /* one is left */
    shelf_end(&s);
  }
  shelf s;
  store_of_three_schools(&s);
  muster_stored_step steps[2] = {call, call};
  steps[0].start = steps[1].start = day("2025-09-03");
  steps[1].subject = "b";
  record(&s, "2025-09-03", "x", steps, 2, 0);
  assert_int_equal(muster_store_plan_done(s.store, "panel", "call", day("2025-09-04"), &s.err), MUSTER_USAGE);
  assert_non_null(strstr(s.err.what, "2 plans"));
  assert_int_equal(muster_store_plan_done(s.store, "nobody", "call", day("2025-09-04"), &s.err), MUSTER_USAGE);
  assert_int_equal(muster_store_plan_done(s.store, "a", "dance", day("2025-09-04"), &s.err), MUSTER_USAGE);
  assert_int_equal(muster_store_plan_done(s.store, "a", "call", day("2025-09-02"), &s.err), MUSTER_USAGE);
  assert_int_equal(muster_store_plan_done("/nonexistent.db", "a", "call", day("2025-09-04"), &s.err), MUSTER_IO);
  shelf_end(&s);
}

static void no_memory_is_an_error(void **state) {
  (void)state;
  shelf s;
  store_of_three_schools(&s);
  muster_stored_step step = call;
  step.start = day("2025-09-03");
  muster_stored_run run = {.as_of = day("2025-09-03"), .packs = "x", .steps = &step, .step_count = 1};
  for (int what = 0; what < 4; what++)
    for (long nth = 1;; nth += nth < 400 ? 1 : 31) {
      muster_stored_steps steps;
      muster_store_info info;
      muster_store_part *parts;
      size_t n;
      muster_alloc_fail_at(nth);
      muster_status status = what == 0   ? muster_store_record(s.store, &run, NULL, &s.err)
                             : what == 1 ? muster_store_plans(s.store, MUSTER_NO_DATE, &steps, &s.err)
                             : what == 2 ? muster_store_look(s.store, &info, &s.err)
                                         : muster_store_parts(s.store, 2, &parts, &n, &s.err);
      muster_alloc_fail_at(0);
      if (status == MUSTER_OK && what == 1) muster_stored_steps_free(&steps);
      if (status == MUSTER_OK && what == 2) muster_store_info_free(&info);
      if (status == MUSTER_OK && what == 3) muster_free(parts);
      if (status == MUSTER_OK) break;
      assert_int_equal(status, MUSTER_MEMORY);
    }
  shelf_end(&s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_store_says_what_it_holds),    cmocka_unit_test(parts_are_whole_schools_and_all_of_them),
      cmocka_unit_test(steps_live_on_from_run_to_run), cmocka_unit_test(a_step_is_found_by_what_people_type),
      cmocka_unit_test(no_memory_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
