/* Any bytes as the other files of a folder, one after the other with a form feed between: never a crash, every row
 * accounted for; and a source suggested for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/load.h"

static char folder[] = "/tmp/muster-fuzz-folder-XXXXXX";

static void expect(bool good) {
  if (!good) abort();
}

static void write_file(const char *name, const uint8_t *bytes, size_t n) {
  char path[160];
  snprintf(path, sizeof path, "%s/%s.csv", folder, name);
  unlink(path);
  if (n == 0) return;
  FILE *file = fopen(path, "wb");
  expect(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  expect(mkdtemp(folder) != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  for (size_t k = 0; muster_source_kinds[k]; k++) {
    const uint8_t *end = n ? memchr(data, '\f', n) : NULL;
    size_t part = end ? (size_t)(end - data) : n;
    write_file(muster_source_kinds[k], data, part);
    data += part + (end != NULL);
    n -= part + (end != NULL);
  }
  muster_register *reg = muster_register_new();
  muster_ledger *ledger = muster_ledger_new();
  muster_error err = {0};
  muster_status status = muster_load(folder, NULL, NULL, reg, ledger, &err);
  expect(status == MUSTER_OK || status == MUSTER_DATA || status == MUSTER_IO);
  expect(muster_ledger_balanced(ledger));
  if (status == MUSTER_OK) {
    muster_check check;
    expect(muster_check_register(reg, &check, &err) == MUSTER_OK);
    muster_check_free(&check);
  }
  muster_buf out;
  muster_buf_init(&out, 1 << 24);
  expect(muster_suggest_source(folder, &out, &err) == MUSTER_OK);
  muster_buf_free(&out);
  muster_register_free(reg);
  muster_ledger_free(ledger);
  return 0;
}
