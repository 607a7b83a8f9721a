/* Walking a folder that a stranger may have made: by descriptors, so that nothing is looked up twice. */
#include "walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct walk {
  const char *folder;
  bool all;
  walk_visit visit;
  void *context;
  size_t files, bytes;
  char path[MUSTER_PACK_PATH + 1]; /* of the folder that is being read, with a / at its end; "" at the top */
} walk;

const char *walk_printable(const char *name, char out[MUSTER_PACK_PATH + 1]) {
  size_t n = 0;
  for (; name[n] && n < MUSTER_PACK_PATH; n++) out[n] = name[n] >= ' ' && name[n] <= '~' ? name[n] : '?';
  out[n] = '\0';
  return out;
}

static void at(const walk *w, const char *name, muster_error *err) {
  char shown[MUSTER_PACK_PATH + 1];
  muster_error_where(err, "%s/%s%s", w->folder, w->path, walk_printable(name, shown));
}

static muster_status refuse(const walk *w, const char *name, const char *what, const char *expected,
                            muster_error *err) {
  muster_fail(err, MUSTER_PACK, "%s", what);
  at(w, name, err);
  muster_error_expected(err, "%s", expected);
  return MUSTER_PACK;
}

static muster_status too_many(const walk *w, muster_error *err) {
  return refuse(w, "", "the folder has too many files for a pack", "at most 2000 files", err);
}

static muster_status cannot_read(const walk *w, const char *name, muster_error *err) {
  muster_fail(err, MUSTER_IO, "cannot read: %s", strerror(errno));
  at(w, name, err);
  return MUSTER_IO;
}

static muster_status read_all(walk *w, int fd, const char *name, muster_buf *out, muster_error *err) {
  char chunk[1 << 14];
  for (;;) {
    ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(w, name, err);
    if (got == 0) return MUSTER_OK;
    if (out->n + (size_t)got > MUSTER_PACK_FILE_BYTES)
      return refuse(w, name, "the file is too large for a pack", "at most 16 MiB", err);
    w->bytes += (size_t)got;
    if (w->bytes > MUSTER_PACK_BYTES)
      return refuse(w, "", "the folder is too large for a pack", "at most 64 MiB of files", err);
    muster_buf_add(out, chunk, (size_t)got);
    if (out->failed) return muster_fail_memory(err);
  }
}

static muster_status walk_file(walk *w, int fd, const char *name, muster_error *err) {
  if (++w->files > MUSTER_PACK_FILES) return too_many(w, err);
  char path[2 * MUSTER_PACK_PATH + 2];
  snprintf(path, sizeof path, "%s%s", w->path, name);
  muster_buf bytes;
  muster_buf_init(&bytes, MUSTER_PACK_FILE_BYTES);
  muster_status status = read_all(w, fd, name, &bytes, err);
  if (status == MUSTER_OK) status = w->visit(w->context, path, bytes.at ? bytes.at : "", bytes.n, err);
  muster_buf_free(&bytes);
  return status;
}

static bool is_left_out(const walk *w, const char *name) {
  if (w->path[0]) return false;
  if (strcmp(name, ".git") == 0) return true;
  return !w->all && (strcmp(name, MUSTER_SUMS_FILE) == 0 || strcmp(name, MUSTER_SUMS_SIGNATURE) == 0);
}

static muster_status walk_open_folder(walk *w, int fd, int depth, muster_error *err);

static muster_status walk_entry(walk *w, int folder, const char *name, int depth, muster_error *err) {
  char path[MUSTER_PACK_PATH + 1];
  int length = snprintf(path, sizeof path, "%s%s", w->path, name);
  if (length < 0 || (size_t)length >= sizeof path || !muster_sums_path_ok(muster_text_of(path)))
    return refuse(w, name, "a name that a pack cannot have",
                  "letters, digits, blank and . _ - + of ASCII, at most 200 bytes with its folders", err);
  /* Without blocking, for a name may be that of a pipe. */
  int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 && (errno == ELOOP || errno == EMLINK))
    return refuse(w, name, "a symbolic link", "the file itself: a pack has no links", err);
  if (fd < 0 && errno == ENXIO) return refuse(w, name, "neither a file nor a folder", "files and folders", err);
  if (fd < 0) return cannot_read(w, name, err);
  struct stat st;
  muster_status status;
  if (fstat(fd, &st) != 0) {
    status = cannot_read(w, name, err);
  } else if (S_ISREG(st.st_mode)) {
    status = walk_file(w, fd, name, err);
  } else if (!S_ISDIR(st.st_mode)) {
    status = refuse(w, name, "neither a file nor a folder", "files and folders", err);
  } else if (depth == MUSTER_PACK_DEPTH) {
    status = refuse(w, name, "folders stand too deep in each other", "at most 8 of them", err);
  } else {
    size_t before = strlen(w->path);
    snprintf(w->path + before, sizeof w->path - before, "%s/", name);
    status = walk_open_folder(w, fd, depth + 1, err);
    w->path[before] = '\0';
    return status; /* fd was taken over */
  }
  close(fd);
  return status;
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

/* Names in order, so that of two things that are wrong the same one is named everywhere. */
static muster_status read_names(const walk *w, DIR *folder, muster_arena *arena, const char ***names, size_t *n,
                                muster_error *err) {
  size_t capacity = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || is_left_out(w, name)) continue;
    if (*n == MUSTER_PACK_FILES) return too_many(w, err);
    char *copy = muster_arena_copy(arena, name, strlen(name));
    if (!copy || !MUSTER_GROW(*names, capacity, *n)) return muster_fail_memory(err);
    (*names)[(*n)++] = copy;
  }
  if (*n) qsort(*names, *n, sizeof **names, by_bytes);
  return MUSTER_OK;
}

/* Takes `fd` over. */
static muster_status walk_open_folder(walk *w, int fd, int depth, muster_error *err) {
  DIR *folder = fdopendir(fd);
  if (!folder) {
    muster_status failed = cannot_read(w, "", err);
    close(fd);
    return failed;
  }
  muster_arena arena = {0};
  const char **names = NULL;
  size_t n = 0;
  muster_status status = read_names(w, folder, &arena, &names, &n, err);
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) status = walk_entry(w, fd, names[i], depth, err);
  closedir(folder);
  muster_free(names);
  muster_arena_free(&arena);
  return status;
}

muster_status walk_folder(const char *folder, bool all, walk_visit visit, void *context, muster_error *err) {
  walk w = {.folder = folder, .all = all, .visit = visit, .context = context};
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    muster_fail(err, MUSTER_IO, "cannot open the folder: %s", strerror(errno));
    muster_error_where(err, "%s", folder);
    return MUSTER_IO;
  }
  return walk_open_folder(&w, fd, 0, err);
}

static void remove_in(int folder, const char *name);

static void remove_begun(int folder, const char *name, const char *prefix) {
  int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *inner = fd < 0 ? NULL : fdopendir(fd);
  if (!inner) {
    if (fd >= 0) close(fd);
    return;
  }
  for (struct dirent *entry; (entry = readdir(inner));) {
    const char *each = entry->d_name;
    if (strcmp(each, ".") == 0 || strcmp(each, "..") == 0) continue;
    if (strncmp(each, prefix, strlen(prefix)) == 0) remove_in(fd, each);
  }
  closedir(inner);
}

static void remove_in(int folder, const char *name) {
  if (unlinkat(folder, name, 0) == 0) return;
  remove_begun(folder, name, "");
  unlinkat(folder, name, AT_REMOVEDIR);
}

void walk_remove(const char *folder) { remove_in(AT_FDCWD, folder); }

void walk_remove_begun(const char *folder, const char *prefix) { remove_begun(AT_FDCWD, folder, prefix); }
