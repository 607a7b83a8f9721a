/* Files held as bytes. */
#include "muster/isolate/shelf.h"

#include <stdlib.h>
#include <string.h>

typedef struct muster_shelved {
  const char *path;
  enum { SHELVED_FILE, SHELVED_LINK, SHELVED_FOLDER, SHELVED_UNREADABLE, SHELVED_TOO_LARGE } what;
  muster_text bytes;
  const char *why; /* it cannot be read */
} muster_shelved;

static const muster_shelved *find(const muster_shelf *shelf, const char *path) {
  for (size_t i = 0; i < shelf->count; i++)
    if (strcmp(shelf->items[i].path, path) == 0) return &shelf->items[i];
  return NULL;
}

static muster_shelved *add(muster_shelf *shelf, const char *path) {
  if (!MUSTER_GROW(shelf->items, shelf->capacity, shelf->count)) return NULL;
  muster_shelved *item = &shelf->items[shelf->count];
  *item = (muster_shelved){.path = muster_arena_copy(&shelf->arena, path, strlen(path))};
  if (!item->path) return NULL;
  shelf->count++;
  return item;
}

muster_status muster_shelf_file(muster_shelf *shelf, const char *path, size_t limit, muster_error *err) {
  if (find(shelf, path)) return MUSTER_OK;
  muster_shelved *item = add(shelf, path);
  if (!item) return muster_fail_memory(err);
  if (muster_is_link(path)) return item->what = SHELVED_LINK, MUSTER_OK;
  char *bytes;
  size_t n;
  muster_error trouble = {0};
  muster_status status = muster_file_read(path, limit, &bytes, &n, &trouble);
  if (status == MUSTER_OK) {
    item->bytes = (muster_text){muster_arena_copy(&shelf->arena, bytes, n), n};
    muster_free(bytes);
    return item->bytes.at ? MUSTER_OK : muster_fail_memory(err);
  }
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  item->what = status == MUSTER_DATA ? SHELVED_TOO_LARGE : SHELVED_UNREADABLE;
  item->why = muster_arena_copy(&shelf->arena, trouble.what, strlen(trouble.what));
  return item->why ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status take_folder(muster_shelf *shelf, const char *path, const char *suffix, size_t limit,
                                 muster_error *err) {
  if (!muster_is_folder(path)) return MUSTER_OK;
  muster_shelved *item = add(shelf, path);
  const char **names = NULL;
  size_t n = 0;
  muster_error trouble = {0};
  if (!item) return muster_fail_memory(err);
  item->what = SHELVED_FOLDER;
  muster_status status = muster_folder_list(path, suffix, &shelf->arena, &names, &n, &trouble);
  if (status == MUSTER_IO) item->why = muster_arena_copy(&shelf->arena, trouble.what, strlen(trouble.what));
  if (status == MUSTER_MEMORY || (status == MUSTER_IO && !item->why)) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) {
    const char *file = muster_path_join(&shelf->arena, path, names[i]);
    MUSTER_TRY(file ? muster_shelf_file(shelf, file, limit, err) : muster_fail_memory(err));
  }
  return MUSTER_OK;
}

muster_status muster_shelf_folder(muster_shelf *shelf, const char *path, const char *const *inner, const char *suffix,
                                  size_t limit, muster_error *err) {
  MUSTER_TRY(take_folder(shelf, path, suffix, limit, err));
  for (size_t i = 0; inner[i]; i++) {
    const char *folder = muster_path_join(&shelf->arena, path, inner[i]);
    MUSTER_TRY(folder ? take_folder(shelf, folder, suffix, limit, err) : muster_fail_memory(err));
  }
  return MUSTER_OK;
}

void muster_shelf_free(muster_shelf *shelf) {
  muster_free(shelf->items);
  muster_arena_free(&shelf->arena);
  *shelf = (muster_shelf){0};
}

/* ---- reading from it ---- */

bool muster_shelf_is_file(const muster_shelf *shelf, const char *path) {
  const muster_shelved *item = find(shelf, path);
  return item && item->what != SHELVED_FOLDER;
}

bool muster_shelf_is_folder(const muster_shelf *shelf, const char *path) {
  const muster_shelved *item = find(shelf, path);
  return item && item->what == SHELVED_FOLDER;
}

bool muster_shelf_is_link(const muster_shelf *shelf, const char *path) {
  const muster_shelved *item = find(shelf, path);
  return item && item->what == SHELVED_LINK;
}

static muster_status cannot(muster_status status, const char *why, const char *path, muster_error *err) {
  muster_fail(err, status, "%s", why);
  muster_error_where(err, "%s", path);
  return status;
}

muster_status muster_shelf_read(const muster_shelf *shelf, const char *path, size_t limit, char **bytes, size_t *n,
                                muster_error *err) {
  *bytes = NULL;
  *n = 0;
  const muster_shelved *item = find(shelf, path);
  if (!item || item->what == SHELVED_LINK || item->what == SHELVED_FOLDER)
    return cannot(MUSTER_IO, "cannot open: No such file or directory", path, err);
  if (item->what == SHELVED_UNREADABLE) return cannot(MUSTER_IO, item->why, path, err);
  if (item->what == SHELVED_TOO_LARGE || item->bytes.n > limit) {
    muster_fail(err, MUSTER_DATA, "the file is larger than %zu bytes", limit);
    muster_error_where(err, "%s", path);
    return MUSTER_DATA;
  }
  *bytes = muster_alloc(item->bytes.n + 1, 1);
  if (!*bytes) return muster_fail_memory(err);
  memcpy(*bytes, item->bytes.at, item->bytes.n);
  *n = item->bytes.n;
  return MUSTER_OK;
}

/* The name of `path` when it lies directly in `folder`, else NULL. */
static const char *name_in(const char *folder, const char *path) {
  size_t n = strlen(folder);
  while (n && folder[n - 1] == '/') n--;
  if (strncmp(path, folder, n) != 0 || path[n] != '/') return NULL;
  const char *name = strrchr(path, '/') + 1;
  for (const char *at = path + n; at < name; at++)
    if (*at != '/') return NULL;
  return name;
}

static bool ends_in(const char *name, const char *suffix) {
  size_t n = strlen(name), tail = suffix ? strlen(suffix) : 0;
  return n >= tail && (!tail || strcmp(name + n - tail, suffix) == 0);
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

muster_status muster_shelf_list(const muster_shelf *shelf, const char *path, const char *suffix, muster_arena *arena,
                                const char ***names, size_t *count, muster_error *err) {
  *names = NULL;
  *count = 0;
  const muster_shelved *folder = find(shelf, path);
  if (!folder || folder->what != SHELVED_FOLDER)
    return cannot(MUSTER_IO, "cannot open the folder: No such file or directory", path, err);
  if (folder->why) return cannot(MUSTER_IO, folder->why, path, err);
  const char **list = muster_arena_alloc(arena, (shelf->count + 1) * sizeof *list);
  if (!list) return muster_fail_memory(err);
  for (size_t i = 0; i < shelf->count; i++) {
    const char *name = name_in(path, shelf->items[i].path);
    if (!name || shelf->items[i].what == SHELVED_FOLDER || !ends_in(name, suffix)) continue;
    list[*count] = muster_arena_copy(arena, name, strlen(name));
    if (!list[(*count)++]) return muster_fail_memory(err);
  }
  if (*count) qsort(list, *count, sizeof *list, by_bytes);
  *names = list;
  return MUSTER_OK;
}
