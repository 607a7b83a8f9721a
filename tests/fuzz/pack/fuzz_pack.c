/* Any bytes as a pack.sums, a signature, a key file, a version, a range, a lock file and a recorded backtest: never a
 * crash, and what is taken is written back as the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/pack.h"

static char folder[] = "/tmp/muster-fuzz-pack-XXXXXX";

static void expect(bool good) {
  if (!good) abort();
}

static const char *write_file(const char *name, muster_text bytes) {
  static char path[160];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  expect(file && fwrite(bytes.at, 1, bytes.n, file) == bytes.n && fclose(file) == 0);
  return path;
}

static void as_sums(muster_text bytes) {
  muster_sums sums;
  if (muster_sums_parse(bytes, "fuzz", &sums, NULL) != MUSTER_OK) return;
  muster_buf again;
  muster_buf_init(&again, bytes.n + 1);
  muster_sums_text(&sums, &again);
  expect(!again.failed && muster_text_equal((muster_text){again.n ? again.at : "", again.n}, bytes));
  for (size_t i = 0; i < sums.count; i++) expect(muster_sums_path_ok(muster_text_of(sums.files[i].path)));
  muster_buf_free(&again);
  muster_sums_free(&sums);
}

static void as_signature(muster_text bytes) {
  muster_signature s, again;
  if (muster_signature_parse(bytes, &s, NULL) != MUSTER_OK) return;
  muster_buf text;
  muster_buf_init(&text, 8192);
  muster_signature_text(&s, &text);
  expect(muster_signature_parse((muster_text){text.at, text.n}, &again, NULL) == MUSTER_OK);
  expect(memcmp(&s, &again, sizeof s) == 0);
  muster_public_key key = {.key = {1}};
  memcpy(key.id, s.key_id, sizeof key.id);
  (void)muster_signature_verify(&s, &key, bytes);
  muster_buf_free(&text);
}

static void as_key(muster_text bytes) {
  const char *path = write_file("key", bytes);
  muster_public_key public_key;
  muster_secret_key secret_key;
  (void)!muster_public_key_read(path, &public_key, NULL);
  (void)!muster_secret_key_read(path, NULL, NULL, &secret_key, NULL);
}

static void as_version(muster_text bytes) {
  muster_version version, again;
  muster_version_range range;
  char text[MUSTER_VERSION_TEXT];
  if (muster_version_parse(bytes, &version, NULL) == MUSTER_OK) {
    muster_version_format(&version, text);
    expect(muster_version_parse(muster_text_of(text), &again, NULL) == MUSTER_OK);
    expect(muster_version_compare(&version, &again) == 0);
    /* A version is in the range that names it. */
    expect(muster_version_range_parse(muster_text_of(text), &range, NULL) == MUSTER_OK);
    expect(muster_version_range_has(&range, &version));
  }
  if (muster_version_range_parse(bytes, &range, NULL) == MUSTER_OK)
    (void)muster_version_range_has(&range, &(muster_version){{1, 2, 3}, ""});
}

/* A lock that is taken and written is read as the same. */
static void as_lock(muster_text bytes) {
  write_file(MUSTER_LOCK_FILE, bytes);
  muster_lock lock;
  if (muster_lock_read(folder, &lock, NULL) != MUSTER_OK) return;
  char first[MUSTER_DIGEST_TEXT], second[MUSTER_DIGEST_TEXT], path[160];
  snprintf(path, sizeof path, "%s/%s", folder, MUSTER_LOCK_FILE);
  expect(muster_lock_write(folder, &lock, NULL) == MUSTER_OK);
  expect(muster_digest_file(path, first, NULL) == MUSTER_OK);
  muster_lock_free(&lock);
  expect(muster_lock_read(folder, &lock, NULL) == MUSTER_OK);
  expect(muster_lock_write(folder, &lock, NULL) == MUSTER_OK);
  expect(muster_digest_file(path, second, NULL) == MUSTER_OK);
  expect(strcmp(first, second) == 0);
  muster_lock_free(&lock);
}

/* A record that is taken is written as one that is taken, and shown without control characters. */
static void as_record(muster_text bytes) {
  write_file(MUSTER_TRIED_FILE, bytes);
  muster_arena arena = {0};
  muster_tried tried;
  bool found;
  if (muster_tried_read(folder, &arena, &tried, &found, NULL) == MUSTER_OK) {
    muster_buf first, second, shown;
    muster_buf_init(&first, 4 << 20);
    muster_buf_init(&second, 4 << 20);
    muster_buf_init(&shown, 4 << 20);
    muster_tried_json(&tried, &first);
    muster_tried_human(&tried, true, &shown);
    expect(found && !first.failed && !shown.failed);
    for (size_t i = 0; i < shown.n; i++) expect((unsigned char)shown.at[i] >= ' ' || shown.at[i] == '\n');
    write_file(MUSTER_TRIED_FILE, (muster_text){first.at, first.n});
    expect(muster_tried_read(folder, &arena, &tried, &found, NULL) == MUSTER_OK);
    muster_tried_json(&tried, &second);
    expect(muster_text_equal((muster_text){first.at, first.n}, (muster_text){second.at, second.n}));
    muster_buf_free(&first);
    muster_buf_free(&second);
    muster_buf_free(&shown);
  }
  muster_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static const struct {
    void (*way)(muster_text);
  } ways[] = {{as_sums}, {as_signature}, {as_key}, {as_version}, {as_lock}, {as_record}};
  static bool begun;
  if (!begun) begun = mkdtemp(folder) != NULL;
  if (n < 1 || !begun) return 0;
  ways[data[0] % 6].way((muster_text){(const char *)data + 1, n - 1});
  return 0;
}
