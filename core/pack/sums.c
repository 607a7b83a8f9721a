/* pack.sums: digests of all files of a pack, taken, written, read and compared. */
#include "muster/pack/sums.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "walk.h"

enum {
  DIGEST_LENGTH = MUSTER_DIGEST_TEXT - 1,
  SUMS_BYTES = MUSTER_PACK_FILES * (DIGEST_LENGTH + MUSTER_PACK_PATH + 3)
};

static bool name_ok(muster_text name) {
  for (size_t i = 0; i < name.n; i++) {
    char c = name.at[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!letter && (c == '\0' || !strchr(" ._-+", c))) return false;
  }
  if (!name.n || name.at[0] == ' ' || name.at[name.n - 1] == ' ') return false;
  return name.at[name.n - 1] != '.'; /* neither "." nor "..", nor what Windows would shorten */
}

bool muster_sums_path_ok(muster_text path) {
  if (path.n > MUSTER_PACK_PATH) return false;
  for (size_t from = 0, to; from <= path.n; from = to + 1) {
    for (to = from; to < path.n && path.at[to] != '/';) to++;
    if (!name_ok((muster_text){path.at + from, to - from})) return false;
  }
  return true;
}

static int by_path(const void *a, const void *b) {
  return strcmp(((const muster_sum *)a)->path, ((const muster_sum *)b)->path);
}

void muster_sums_free(muster_sums *sums) {
  muster_free(sums->files);
  muster_arena_free(&sums->arena);
  *sums = (muster_sums){.count = 0};
}

/* ---- taking ---- */

typedef struct taking {
  muster_sums *sums;
  size_t capacity;
} taking;

static muster_status take_file(void *context, const char *path, const char *bytes, size_t n, muster_error *err) {
  taking *t = context;
  if (!MUSTER_GROW(t->sums->files, t->capacity, t->sums->count)) return muster_fail_memory(err);
  muster_sum *sum = &t->sums->files[t->sums->count];
  sum->path = muster_arena_copy(&t->sums->arena, path, strlen(path));
  if (!sum->path) return muster_fail_memory(err);
  muster_digest(bytes, n, sum->digest);
  t->sums->count++;
  return MUSTER_OK;
}

muster_status muster_sums_take(const char *folder, muster_sums *sums, muster_error *err) {
  *sums = (muster_sums){.count = 0};
  taking t = {.sums = sums};
  muster_status status = walk_folder(folder, false, take_file, &t, err);
  if (status != MUSTER_OK) {
    muster_sums_free(sums);
    return status;
  }
  if (sums->count) qsort(sums->files, sums->count, sizeof *sums->files, by_path);
  return MUSTER_OK;
}

/* ---- text ---- */

void muster_sums_text(const muster_sums *sums, muster_buf *out) {
  for (size_t i = 0; i < sums->count; i++)
    muster_buf_printf(out, "%s  %s\n", sums->files[i].digest, sums->files[i].path);
}

static bool is_digest(const char *at) {
  for (int i = 0; i < DIGEST_LENGTH; i++)
    if (!((at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f'))) return false;
  return true;
}

/* What is wrong with a line, or NULL. */
static const char *read_line(muster_text line, muster_sums *sums, size_t *capacity) {
  if (line.n < DIGEST_LENGTH + 3 || !is_digest(line.at) || memcmp(line.at + DIGEST_LENGTH, "  ", 2) != 0)
    return "is not a digest, two blanks and a path";
  muster_text path = {line.at + DIGEST_LENGTH + 2, line.n - DIGEST_LENGTH - 2};
  if (!muster_sums_path_ok(path)) return "has a path that a file of a pack cannot have";
  if (muster_text_equal(path, MUSTER_TEXT(MUSTER_SUMS_FILE)) ||
      muster_text_equal(path, MUSTER_TEXT(MUSTER_SUMS_SIGNATURE)))
    return "names the sums themselves";
  if (sums->count && muster_text_compare(muster_text_of(sums->files[sums->count - 1].path), path) >= 0)
    return "is not after the line before it";
  if (!MUSTER_GROW(sums->files, *capacity, sums->count)) return "";
  muster_sum *sum = &sums->files[sums->count];
  sum->path = muster_arena_copy(&sums->arena, path.at, path.n);
  if (!sum->path) return "";
  memcpy(sum->digest, line.at, DIGEST_LENGTH);
  sum->digest[DIGEST_LENGTH] = '\0';
  sums->count++;
  return NULL;
}

muster_status muster_sums_parse(muster_text text, const char *name, muster_sums *sums, muster_error *err) {
  *sums = (muster_sums){.count = 0};
  size_t capacity = 0, number = 0;
  const char *wrong = text.n > SUMS_BYTES ? "is one of too many" : NULL;
  while (!wrong && text.n) {
    const char *end = memchr(text.at, '\n', text.n);
    number++;
    wrong = end ? read_line((muster_text){text.at, (size_t)(end - text.at)}, sums, &capacity) : "does not end";
    size_t used = end ? (size_t)(end + 1 - text.at) : text.n;
    text = (muster_text){text.at + used, text.n - used};
  }
  if (!wrong) return MUSTER_OK;
  muster_sums_free(sums);
  if (!wrong[0]) return muster_fail_memory(err);
  muster_fail(err, MUSTER_PACK, "the line %s", wrong);
  muster_error_where(err, "%s:%zu", name, number);
  muster_error_todo(err, "have the pack signed again: muster pack sign");
  return MUSTER_PACK;
}

muster_status muster_sums_write(const char *folder, muster_error *err) {
  muster_sums sums;
  MUSTER_TRY(muster_sums_take(folder, &sums, err));
  muster_buf text;
  muster_buf_init(&text, SUMS_BYTES);
  muster_sums_text(&sums, &text);
  const char *path = muster_path_join(&sums.arena, folder, MUSTER_SUMS_FILE);
  const char *signature = muster_path_join(&sums.arena, folder, MUSTER_SUMS_SIGNATURE);
  muster_status status = path && signature && !text.failed ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && unlink(signature) != 0 && errno != ENOENT) {
    status = muster_fail(err, MUSTER_IO, "cannot remove: %s", strerror(errno));
    muster_error_where(err, "%s", signature);
  }
  if (status == MUSTER_OK) status = muster_file_write(path, text.at ? text.at : "", text.n, 0644, err);
  muster_buf_free(&text);
  muster_sums_free(&sums);
  return status;
}

/* ---- comparing ---- */

const char *muster_difference_text(muster_difference_kind kind) {
  static const char *const texts[] = {"changed", "missing", "extra"};
  return texts[kind];
}

void muster_differences_free(muster_differences *differences) {
  muster_free(differences->list);
  muster_arena_free(&differences->arena);
  *differences = (muster_differences){.count = 0};
}

static bool note(muster_differences *d, size_t *capacity, muster_difference_kind kind, const char *path) {
  if (!MUSTER_GROW(d->list, *capacity, d->count)) return false;
  d->list[d->count] = (muster_difference){kind, muster_arena_copy(&d->arena, path, strlen(path))};
  return d->list[d->count++].path != NULL;
}

muster_status muster_sums_compare(const muster_sums *written, const muster_sums *taken, muster_differences *differences,
                                  muster_error *err) {
  *differences = (muster_differences){.count = 0};
  size_t capacity = 0, w = 0, t = 0;
  bool good = true;
  while (good && (w < written->count || t < taken->count)) {
    const muster_sum *a = w < written->count ? &written->files[w] : NULL;
    const muster_sum *b = t < taken->count ? &taken->files[t] : NULL;
    int order = !a ? 1 : !b ? -1 : strcmp(a->path, b->path);
    if (order < 0)
      good = note(differences, &capacity, MUSTER_FILE_MISSING, a->path);
    else if (order > 0)
      good = note(differences, &capacity, MUSTER_FILE_EXTRA, b->path);
    else if (strcmp(a->digest, b->digest) != 0)
      good = note(differences, &capacity, MUSTER_FILE_CHANGED, a->path);
    w += order <= 0;
    t += order >= 0;
  }
  if (good) return MUSTER_OK;
  muster_differences_free(differences);
  return muster_fail_memory(err);
}

const char *muster_differences_format(const muster_differences *differences, char *out, size_t size) {
  enum { MOST = 4 };
  size_t used = 0;
  if (size) out[0] = '\0';
  for (size_t i = 0; i < differences->count && i < MOST && used < size; i++) {
    const muster_difference *d = &differences->list[i];
    int n = snprintf(out + used, size - used, "%s%s %s", i ? ", " : "", d->path, muster_difference_text(d->kind));
    used += n > 0 ? (size_t)n : 0;
  }
  if (differences->count > MOST && used < size)
    snprintf(out + used, size - used, ", and %zu more", differences->count - MOST);
  return out;
}
