/* A store from a stranger: any file, or a good store with any bytes changed. It is read as it is now and as it was
 * after its first import; whatever comes of that, nothing is touched that is not there. Input: the first byte says
 * which; then the file, or changes of three bytes of place, one of length and the bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/store.h"

static char path[64];
static char *good;
static size_t good_size;

static void must(bool fine) {
  if (!fine) abort();
}

static muster_register *make(int days, const char *code) {
  muster_error err;
  muster_register *reg = muster_register_new();
  for (uint32_t p = 0; p < 12; p++) {
    char id[16];
    uint32_t pupil;
    snprintf(id, sizeof id, "p%u", p);
    uint32_t school = muster_register_school(reg, p % 2 ? MUSTER_TEXT("S1") : MUSTER_TEXT("S2"), NULL);
    must(muster_register_enrol(reg, muster_text_of(id), school, MUSTER_NO_DATE, MUSTER_NO_DATE, &pupil, &err) ==
         MUSTER_OK);
    must(muster_register_set(reg, &reg->pupil_attributes, "sex", pupil, MUSTER_TEXT("F")));
    must(muster_register_set(reg, &reg->pupil_attributes, "house", pupil, muster_text_of(code)));
    for (int d = 0; d < days; d++) {
      muster_date date = muster_date_of(2025, 9, 1) + d;
      muster_place place;
      must(muster_register_place(reg, date, &place, &err) == MUSTER_OK);
      uint8_t *row = muster_register_row(reg, pupil, place.year);
      row[place.offset] = muster_codes_mark(&reg->codes, muster_text_of((p + (uint32_t)d) % 5 ? "/" : code), date);
      must(muster_register_day(reg, MUSTER_NONE, date, MUSTER_DAY_OPEN, &err) == MUSTER_OK);
    }
  }
  muster_half_term h = {muster_date_of(2025, 9, 1), muster_date_of(2025, 10, 24), 2025, 1, MUSTER_AUTUMN};
  must(muster_register_half_term(reg, &h, &err) == MUSTER_OK);
  must(muster_register_seal(reg, &err) == MUSTER_OK);
  return reg;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  muster_error err;
  snprintf(path, sizeof path, "%s/fuzz-store-%ld.db", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
           (long)getpid());
  unlink(path);
  for (int i = 0; i < 2; i++) {
    muster_register *reg = make(30 + 5 * i, i ? "I" : "N");
    muster_import_options options = {.on = muster_date_of(2025, 10, 6 + i)};
    must(muster_store_import(path, reg, NULL, &options, NULL, &err) == MUSTER_OK);
    muster_register_free(reg);
  }
  must(muster_file_read(path, 1 << 24, &good, &good_size, &err) == MUSTER_OK);
  return 0;
}

static void change(char *bytes, const uint8_t *data, size_t size) {
  for (size_t i = 0; i + 4 <= size;) {
    size_t at = ((size_t)data[i] << 16 | (size_t)data[i + 1] << 8 | data[i + 2]) % good_size, n = data[i + 3];
    for (i += 4; n > 0 && i < size && at < good_size; n--) bytes[at++] = (char)data[i++];
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
  muster_error err;
  bool whole = data[0] & 1;
  char *bytes = malloc(whole ? size : good_size);
  must(bytes != NULL);
  size_t n = whole ? size - 1 : good_size;
  memcpy(bytes, whole ? (const char *)data + 1 : good, n);
  if (!whole) change(bytes, data + 1, size - 1);
  FILE *file = fopen(path, "wb");
  must(file && fwrite(bytes, 1, n, file) == n && fclose(file) == 0);
  free(bytes);
  muster_store_options options = muster_store_everything();
  for (uint32_t known = 0; known < 2; known++) {
    muster_register *reg;
    options.known_import = known;
    if (muster_store_load(path, &options, &reg, &err) == MUSTER_OK) muster_register_free(reg);
  }
  return 0;
}
