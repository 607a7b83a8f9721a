/* Every allocation that fails, in turn, ends a load with MUSTER_MEMORY and nothing lost or leaked. */
#include "trial.h"

static void fill(trial *t) {
  trial_file(t, "schools.csv", "school_id,name,phase\nS1,Hill,primary\nS2,Dale,primary\n");
  trial_file(t, "pupils.csv",
             "pupil_id,school_id,start_date,end_date,fsm\nann,S1,,,true\nbob,S1,2025-09-01,2025-10-24,\nbob,S2,2025-11-"
             "03,,\n");
  trial_file(t, "calendar.csv", "school_id,date,kind\n,2025-09-01,open\nS2,2025-09-02,closed\n,2025-09-02,open\n");
  trial_file(t, "terms.csv", "name,half_term,start,end\nAutumn,HT1,2025-09-01,2025-10-24\n");
  trial_file(t, "marks.csv",
             "pupil_id,date,session,code\nann,2025-09-01,AM,/"
             "\nann,2025-09-01,AM,I\nbob,2025-09-01,AM,?\n\"ann\",2025-09-02,PM,\"C2\"\n"
             "ann,2023-09-04,AM,/\n");
  trial_file(t, "interventions.csv", "subject_kind,subject_id,kind,start_date\npupil,ann,mentor,2025-09-08\n");
  trial_file(t, "responses.csv", "respondent,date,instrument,item,value,pupil_id\nr1,2025-09-01,belonging,q1,4,ann\n");
  trial_file(t, "counts.csv", "unit_id,period,possible,authorised,unauthorised,name\n100,y,100,5,5,Elsewhere\n");
}

static void sweep(trial *t) {
  bool done = false;
  for (long nth = 1; !done; nth++) {
    muster_register *reg = muster_register_new();
    muster_ledger *ledger = muster_ledger_new();
    muster_error err = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_load(t->folder, t->source, &t->options, reg, ledger, &err);
    muster_alloc_fail_at(0);
    assert_true(muster_ledger_balanced(ledger));
    done = status == MUSTER_OK;
    if (!done && status != MUSTER_MEMORY) fail_msg("allocation %ld: %d %s", nth, status, err.what);
    muster_register_free(reg);
    muster_ledger_free(ledger);
    assert_true(nth < 20000);
  }
}

TRIAL(every_file) {
  fill(t);
  sweep(t);
}

TRIAL(every_file_on_two_threads) {
  fill(t);
  t->options.jobs = 2;
  sweep(t);
}

TRIAL(every_file_by_libcsv) {
  fill(t);
  t->options.parser = MUSTER_PARSER_LIBCSV;
  sweep(t);
}

TRIAL(marks_that_make_pupils) {
  trial_file(
      t, "marks.csv",
      "pupil_id,school_id,date,session,code\nann,S1,2025-09-01,AM,/\nann,S2,2025-09-01,PM,/\nbob,S2,2025-09-01,PM,/\n");
  sweep(t);
}

TRIAL(strips_and_quotes_over_lines) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,start_date,marks,note\nann,2025-09-01,/\\{C2}I?,\"a\nb\"\nbob,2025-09-02,{,\n");
  sweep(t);
}

TRIAL(weeks_and_digests) {
  trial_pupils(t);
  t->options.digests = true;
  trial_file(t, "marks.csv",
             "pupil_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\nann,2025-W36,/,\\,/"
             ",,,,,,,\n");
  sweep(t);
}

TRIAL(sources) {
  for (long nth = 1;; nth++) {
    muster_error err = {0};
    muster_alloc_fail_at(nth);
    muster_source *source = muster_source_new();
    muster_status status = MUSTER_MEMORY;
    if (source) status = muster_source_put(source, "marks", "columns", "pupil_id", "UPN", &err);
    if (status == MUSTER_OK) status = muster_source_put(source, "marks", "file", NULL, "a.csv", &err);
    if (status == MUSTER_OK) status = muster_source_put(source, "marks", "date_format", NULL, "%d/%m/%Y", &err);
    if (status == MUSTER_OK)
      status = muster_source_code(source, "+", MUSTER_POSSIBLE, MUSTER_NO_DATE, MUSTER_NO_DATE, "x", &err);
    muster_alloc_fail_at(0);
    muster_source_free(source);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
    assert_true(nth < 1000);
  }
  (void)t;
}

TRIAL(tables_and_ledgers) {
  trial_file(t, "panel.csv", "id,year,y\n1,2025,\"a, b\"\n2,2025,4\n");
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,?\n");
  char path[128], out[128];
  snprintf(path, sizeof path, "%s/panel.csv", t->folder);
  snprintf(out, sizeof out, "%s", t->folder);
  trial_load_once(t);
  for (long nth = 1;; nth++) {
    muster_table table;
    muster_error err = {0};
    muster_alloc_fail_at(nth);
    muster_status status = muster_table_read(path, 0, &table, &err);
    if (status == MUSTER_OK) {
      muster_table_free(&table);
      status = muster_ledger_write(t->ledger, out, &err);
    }
    muster_alloc_fail_at(0);
    if (status == MUSTER_OK) break;
    assert_int_equal(status, MUSTER_MEMORY);
    assert_true(nth < 1000);
  }
  snprintf(t->names[t->name_count++], sizeof t->names[0], "ledger.json");
  snprintf(t->names[t->name_count++], sizeof t->names[0], "rejects.csv");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file),
      cmocka_unit_test(every_file_on_two_threads),
      cmocka_unit_test(every_file_by_libcsv),
      cmocka_unit_test(marks_that_make_pupils),
      cmocka_unit_test(strips_and_quotes_over_lines),
      cmocka_unit_test(weeks_and_digests),
      cmocka_unit_test(sources),
      cmocka_unit_test(tables_and_ledgers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
