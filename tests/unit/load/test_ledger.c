/* The ledger as files, many rejects, digests, and tables. */
#include "trial.h"

static char *whole(const char *folder, const char *name) {
  char path[160];
  static char *bytes; /* static, since cmocka's jumps hide from the compiler that it is set */
  size_t n = 0;
  muster_error err = {0};
  snprintf(path, sizeof path, "%s/%s", folder, name);
  muster_status status = muster_file_read(path, 1 << 28, &bytes, &n, &err);
  assert_int_equal(status, MUSTER_OK);
  return bytes;
}

TRIAL(written_files) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,\"a,\"\"b\"\"\"\ncat,2025-09-01,AM,/\n");
  trial_load(t);
  char out[128];
  snprintf(out, sizeof out, "%s/out", t->folder);
  assert_int_equal(muster_ledger_write(t->ledger, out, &t->err), MUSTER_OK);
  char *rejects = whole(out, "rejects.csv"), *json = whole(out, "ledger.json");
  assert_string_equal(rejects,
                      "file,line,column,value,reason\n"
                      "marks.csv,2,code,\"a,\"\"b\"\"\",unknown code\n"
                      "marks.csv,3,pupil_id,cat,the pupil is unknown\n");
  assert_non_null(strstr(json,
                         "\"total\": {\n    \"rows_read\": 4,\n    \"accepted\": 2,\n    \"duplicate\": 0,\n"
                         "    \"superseded\": 0,\n    \"rejected\": 2\n  }"));
  assert_non_null(strstr(json, "\"reason\": \"the pupil is unknown\",\n      \"count\": 1"));
  assert_null(strstr(json, "\"cat\""));
  muster_free(rejects);
  muster_free(json);
  char path[160];
  snprintf(path, sizeof path, "%s/rejects.csv", out);
  unlink(path);
  snprintf(path, sizeof path, "%s/ledger.json", out);
  unlink(path);
  rmdir(out);
}

TRIAL(a_folder_that_cannot_be_written) {
  trial_pupils(t);
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  trial_load_once(t);
  char out[128];
  snprintf(out, sizeof out, "%s/marks.csv", t->folder);
  assert_int_equal(muster_ledger_write(t->ledger, out, &t->err), MUSTER_IO);
}

/* More than fits into memory: the spool goes through its unnamed file and loses none. */
TRIAL(a_hundred_thousand_rejects) {
  enum { ROWS = 100000 };
  trial_pupils(t);
  muster_buf file;
  muster_buf_init(&file, 1 << 24);
  muster_buf_puts(&file, "pupil_id,date,session,code\n");
  for (int i = 0; i < ROWS; i++) muster_buf_printf(&file, "nobody%d,2025-09-01,AM,/\n", i);
  trial_file(t, "marks.csv", file.at);
  trial_load_once(t);
  trial_counts(t, "marks.csv", 0, 0, 0, ROWS);
  size_t lines = 0;
  for (const char *at = t->rejects.at; (at = strchr(at, '\n')); at++) lines++;
  assert_int_equal(lines, ROWS);
  assert_non_null(strstr(t->rejects.at, "marks.csv:100001:pupil_id:nobody99999:the pupil is unknown\n"));
  muster_buf_free(&file);
}

TRIAL(digests_are_those_of_b2sum) {
  trial_pupils(t);
  t->options.digests = true;
  trial_file(t, "marks.csv", "pupil_id,date,session,code\nann,2025-09-01,AM,/\n");
  trial_load(t);
  assert_string_equal(trial_account(t, "marks.csv")->digest,
                      "6abe5d2432c5b290eecad83b325be8e54d4aaab54052b6e48129194a34fa9450");
}

TRIAL(a_table) {
  trial_file(t, "panel.csv", "id,Year,y\r\n1,2025,\"a,\nb\"\r\n\r\n 2 ,2026,\r\n");
  char path[128];
  snprintf(path, sizeof path, "%s/panel.csv", t->folder);
  muster_table table;
  assert_int_equal(muster_table_read(path, 0, &table, &t->err), MUSTER_OK);
  assert_int_equal(table.rows, 2);
  assert_int_equal(muster_table_column(&table, "year"), 1);
  assert_int_equal(muster_table_column(&table, "z"), MUSTER_NONE);
  assert_string_equal(muster_table_cell(&table, 0, 2).at, "a,\nb");
  assert_string_equal(muster_table_cell(&table, 1, 0).at, "2");
  assert_int_equal(muster_table_cell(&table, 1, 2).n, 0);
  assert_int_equal(table.lines[1], 5);
  muster_table_free(&table);
}

TRIAL(tables_that_are_refused) {
  char path[128];
  muster_table table;
  snprintf(path, sizeof path, "%s/panel.csv", t->folder);
  assert_int_equal(muster_table_read(path, 0, &table, &t->err), MUSTER_IO);
  trial_file(t, "panel.csv", "id,y\n1,2\n1\n");
  assert_int_equal(muster_table_read(path, 0, &table, &t->err), MUSTER_DATA);
  assert_string_equal(t->err.what, "the row has 1 cells, the header 2");
  trial_file(t, "panel.csv", "id,ID\n1,2\n");
  assert_int_equal(muster_table_read(path, 0, &table, &t->err), MUSTER_DATA);
  trial_file(t, "panel.csv", "id,y\n1,\"2\n");
  assert_int_equal(muster_table_read(path, 0, &table, &t->err), MUSTER_DATA);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(written_files),
      cmocka_unit_test(a_folder_that_cannot_be_written),
      cmocka_unit_test(a_hundred_thousand_rejects),
      cmocka_unit_test(digests_are_those_of_b2sum),
      cmocka_unit_test(a_table),
      cmocka_unit_test(tables_that_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
