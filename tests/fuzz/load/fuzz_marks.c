/* Any bytes as marks.csv: never a crash, every row accounted for, and the same ledger, rejects and marks by every
 * parser, on two threads as on one. The first byte chooses what stands around the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/load.h"

static char folder[] = "/tmp/muster-fuzz-marks-XXXXXX";

static void expect(bool good) {
  if (!good) abort();
}

static void write_file(const char *name, const void *bytes, size_t n) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (!bytes) {
    unlink(path);
    return;
  }
  FILE *file = fopen(path, "wb");
  expect(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

static void text_file(const char *name, const char *text) { write_file(name, text, text ? strlen(text) : 0); }

static bool add_reject(void *context, const muster_reject *r) {
  muster_buf_printf(context, "%llu,%.*s,%.*s,%.*s\n", (unsigned long long)r->line, (int)r->column.n, r->column.at,
                    (int)r->value.n, r->value.at, (int)r->reason.n, r->reason.at);
  return true;
}

static void picture(const muster_source *source, unsigned jobs, muster_parser parser, muster_buf *out) {
  muster_load_options options = {.jobs = jobs, .parser = parser};
  muster_register *reg = muster_register_new();
  muster_ledger *ledger = muster_ledger_new();
  muster_error err = {0};
  muster_buf_init(out, 1 << 26);
  muster_status status = muster_load(folder, source, &options, reg, ledger, &err);
  expect(status == MUSTER_OK || status == MUSTER_DATA);
  expect(muster_ledger_balanced(ledger));
  muster_buf_printf(out, "%d %s %s\n", status, err.what, err.where);
  muster_ledger_json(ledger, out);
  expect(muster_ledger_each_reject(ledger, add_reject, out, &err) == MUSTER_OK);
  for (uint32_t p = 0; status == MUSTER_OK && p < reg->pupil_count; p++) {
    muster_buf_printf(out, "%s\n", muster_pupil_id(reg, p).at);
    for (size_t y = 0; y < reg->year_count; y++)
      if (reg->years[y].rows[p]) muster_buf_add(out, (char *)reg->years[y].rows[p], MUSTER_YEAR_MARKS);
  }
  expect(!out->failed);
  muster_register_free(reg);
  muster_ledger_free(ledger);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  expect(mkdtemp(folder) != NULL);
  return 0;
}

static void put(muster_source *source, const char *key, const char *name, const char *value) {
  expect(muster_source_put(source, "marks", key, name, value, NULL) == MUSTER_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const char *const headers[] = {
      "pupil_id,date,session,code\n", "pupil_id,start_date,marks\n",
      "pupil_id,week,mon_am,mon_pm,tue_am,tue_pm,wed_am,wed_pm,thu_am,thu_pm,fri_am,fri_pm\n", ""};
  if (n < 1) return 0;
  uint8_t choice = data[0];
  const char *header = (choice & 67) == 67 ? "pupil_id,date,am,pm\n" : headers[choice & 3];
  size_t length = strlen(header);
  char *bytes = malloc(length + n);
  expect(bytes != NULL);
  memcpy(bytes, header, length);
  memcpy(bytes + length, data + 1, n - 1);
  write_file("marks.csv", bytes, length + n - 1);
  free(bytes);
  text_file("pupils.csv", choice & 4 ? NULL
                                     : "pupil_id,school_id,start_date,end_date\nann,S1,,\nbob,S1,2025-09-01,2025-09-"
                                       "12\nbob,S2,2025-09-15,\ncat,S2,,\n");
  text_file("calendar.csv",
            choice & 8
                ? "school_id,date,kind\n,2025-09-01,open\n,2025-09-02,open\nS2,2025-09-06,open\nS1,2025-09-02,inset\n"
                : NULL);
  muster_source *source = muster_source_new();
  expect(source != NULL);
  if (choice & 16) put(source, "date_format", NULL, "%d/%m/%Y");
  if (choice & 32) put(source, "codes", "+", "C2"), put(source, "codes", "?", "-"), put(source, "sessions", "M", "AM");
  muster_buf first, other;
  picture(source, 1, MUSTER_PARSER_BEST, &first);
  for (unsigned way = 0; way < 3; way++) {
    picture(source, way == 2 ? 2 : 1,
            way == 0   ? MUSTER_PARSER_LIBCSV
            : way == 1 ? MUSTER_PARSER_PORTABLE
                       : MUSTER_PARSER_BEST,
            &other);
    expect(first.n == other.n && memcmp(first.at, other.at, first.n) == 0);
    muster_buf_free(&other);
  }
  muster_buf_free(&first);
  muster_source_free(source);
  return 0;
}
