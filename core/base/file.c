/* Files: whole reads, replacing writes, folders, digests. */
#include "muster/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const muster_files *stand_in;

void muster_files_set(const muster_files *files) { stand_in = files; }

bool muster_is_file(const char *path) {
  if (stand_in) return stand_in->is_file(stand_in->context, path);
  struct stat st;
  return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool muster_is_folder(const char *path) {
  if (stand_in) return stand_in->is_folder(stand_in->context, path);
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool muster_is_link(const char *path) {
  if (stand_in) return stand_in->is_link(stand_in->context, path);
  struct stat st;
  return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static muster_status io_fail(muster_error *err, const char *verb, const char *path) {
  int code = errno;
  muster_status status = muster_fail(err, MUSTER_IO, "cannot %s: %s", verb, strerror(code));
  muster_error_where(err, "%s", path);
  return status;
}

muster_status muster_file_read(const char *path, size_t limit, char **bytes, size_t *n, muster_error *err) {
  *bytes = NULL;
  *n = 0;
  if (stand_in) return stand_in->read(stand_in->context, path, limit, bytes, n, err);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_fail(err, "open", path);
  muster_status status = MUSTER_OK;
  char *at = NULL;
  size_t used = 0, capacity = 0;
  for (;;) {
    if (used + 1 >= capacity) {
      size_t wanted = capacity ? capacity * 2 : 16384;
      char *grown = muster_realloc(at, wanted, 1);
      if (!grown) {
        status = muster_fail_memory(err);
        break;
      }
      at = grown;
      capacity = wanted;
    }
    ssize_t got = read(fd, at + used, capacity - used - 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      status = io_fail(err, "read", path);
      break;
    }
    if (got == 0) break;
    used += (size_t)got;
    if (used > limit) {
      status = muster_fail(err, MUSTER_DATA, "the file is larger than %zu bytes", limit);
      muster_error_where(err, "%s", path);
      break;
    }
  }
  close(fd);
  if (status != MUSTER_OK) {
    muster_free(at);
    return status;
  }
  at[used] = '\0';
  *bytes = at;
  *n = used;
  return MUSTER_OK;
}

static atomic_long write_fail_at;

void muster_write_fail_at(long nth) { atomic_store(&write_fail_at, nth); }

static bool write_all(int fd, const char *bytes, size_t n) {
  bool cut = atomic_load(&write_fail_at) > 0 && atomic_fetch_sub(&write_fail_at, 1) == 1;
  size_t stop = cut ? n / 2 : n;
  for (size_t done = 0; done < stop;) {
    ssize_t put = write(fd, bytes + done, stop - done);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    done += (size_t)put;
  }
  if (cut) errno = ENOSPC;
  return !cut;
}

struct muster_draft {
  muster_arena arena;
  const char *path;
  char *temporary;
  int fd, mode;
  muster_status status; /* of what has been added */
  muster_error error;
  muster_buf kept; /* all of it, where something stands in for the file system */
};

muster_status muster_draft_begin(const char *path, int mode, muster_draft **out, muster_error *err) {
  muster_draft *draft = muster_alloc(1, sizeof *draft);
  *out = NULL;
  if (!draft) return muster_fail_memory(err);
  *draft = (muster_draft){.fd = -1, .mode = mode};
  muster_buf_init(&draft->kept, SIZE_MAX / 2);
  draft->path = muster_arena_copy(&draft->arena, path, strlen(path));
  draft->temporary = muster_arena_printf(&draft->arena, "%s.XXXXXX", path);
  muster_status status = draft->path && draft->temporary ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && !stand_in) {
    draft->fd = mkstemp(draft->temporary);
    if (draft->fd < 0) status = io_fail(err, "write", path);
  }
  if (status == MUSTER_OK)
    *out = draft;
  else
    muster_draft_drop(draft);
  return status;
}

bool muster_draft_add(void *context, const char *bytes, size_t n) {
  muster_draft *draft = context;
  if (draft->status != MUSTER_OK || !n) return draft->status == MUSTER_OK;
  if (stand_in)
    muster_buf_add(&draft->kept, bytes, n);
  else if (!write_all(draft->fd, bytes, n))
    draft->status = io_fail(&draft->error, "write", draft->path);
  if (draft->kept.failed) draft->status = muster_fail_memory(&draft->error);
  return draft->status == MUSTER_OK;
}

/* Syncs and replaces; the descriptor is closed afterwards. */
static muster_status settle(muster_draft *draft, muster_error *err) {
  bool good = fchmod(draft->fd, (mode_t)draft->mode) == 0 && fsync(draft->fd) == 0;
  if (!good) return io_fail(err, "write", draft->path);
  int fd = draft->fd;
  draft->fd = -1;
  good = close(fd) == 0;
  if (!good) io_fail(err, "write", draft->path);
  if (good && rename(draft->temporary, draft->path) != 0) good = false, io_fail(err, "replace", draft->path);
  if (!good) unlink(draft->temporary);
  return good ? MUSTER_OK : MUSTER_IO;
}

muster_status muster_draft_end(muster_draft *draft, muster_error *err) {
  muster_status status = draft->status;
  if (status != MUSTER_OK) {
    if (err) *err = draft->error;
  } else if (stand_in) {
    status = stand_in->write(stand_in->context, draft->path, draft->kept.n ? draft->kept.at : "", draft->kept.n,
                             draft->mode, err);
  } else {
    status = settle(draft, err);
  }
  muster_draft_drop(draft);
  return status;
}

void muster_draft_drop(muster_draft *draft) {
  if (!draft) return;
  if (draft->fd >= 0) {
    close(draft->fd);
    unlink(draft->temporary);
  }
  muster_buf_free(&draft->kept);
  muster_arena_free(&draft->arena);
  muster_free(draft);
}

muster_status muster_file_write(const char *path, const char *bytes, size_t n, int mode, muster_error *err) {
  if (stand_in) return stand_in->write(stand_in->context, path, bytes, n, mode, err);
  muster_draft *draft;
  MUSTER_TRY(muster_draft_begin(path, mode, &draft, err));
  (void)muster_draft_add(draft, bytes, n);
  return muster_draft_end(draft, err);
}

muster_status muster_folder_make(const char *path, muster_error *err) {
  if (stand_in) return stand_in->make(stand_in->context, path, err);
  muster_arena arena = {0};
  char *part = muster_arena_copy(&arena, path, strlen(path));
  if (!part) return muster_fail_memory(err);
  muster_status status = MUSTER_OK;
  for (char *at = part + 1; status == MUSTER_OK && part[0]; at++) {
    bool end = *at == '\0';
    if (!end && *at != '/') continue;
    *at = '\0';
    if (mkdir(part, 0777) != 0 && errno != EEXIST) status = io_fail(err, "make the folder", part);
    if (end) break;
    *at = '/';
  }
  muster_arena_free(&arena);
  if (status == MUSTER_OK && !muster_is_folder(path)) {
    status = muster_fail(err, MUSTER_IO, "is there already and is not a folder");
    muster_error_where(err, "%s", path);
  }
  return status;
}

static int by_bytes(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

muster_status muster_folder_list(const char *path, const char *suffix, muster_arena *arena, const char ***names,
                                 size_t *count, muster_error *err) {
  *names = NULL;
  *count = 0;
  if (stand_in) return stand_in->list(stand_in->context, path, suffix, arena, names, count, err);
  DIR *folder = opendir(path);
  if (!folder) return io_fail(err, "open the folder", path);
  muster_status status = MUSTER_OK;
  const char **list = NULL;
  size_t n = 0, capacity = 0;
  for (struct dirent *entry; (entry = readdir(folder));) {
    size_t len = strlen(entry->d_name), tail = suffix ? strlen(suffix) : 0;
    if (entry->d_name[0] == '.' || len < tail || (tail && strcmp(entry->d_name + len - tail, suffix) != 0)) continue;
    char *copy = muster_arena_copy(arena, entry->d_name, len);
    if (!copy || !MUSTER_GROW(list, capacity, n)) {
      status = muster_fail_memory(err);
      break;
    }
    list[n++] = copy;
  }
  closedir(folder);
  if (status == MUSTER_OK && n) {
    qsort(list, n, sizeof *list, by_bytes);
    *names = muster_arena_alloc(arena, n * sizeof *list);
    if (*names)
      memcpy(*names, list, n * sizeof *list), *count = n;
    else
      status = muster_fail_memory(err);
  }
  muster_free(list);
  return status;
}

char *muster_path_join(muster_arena *arena, const char *folder, const char *name) {
  size_t n = strlen(folder);
  if (n == 0 || name[0] == '/') return muster_arena_copy(arena, name, strlen(name));
  return muster_arena_printf(arena, "%s%s%s", folder, folder[n - 1] == '/' ? "" : "/", name);
}

static void to_hex(const unsigned char *hash, char out[MUSTER_DIGEST_TEXT]) {
  sodium_bin2hex(out, MUSTER_DIGEST_TEXT, hash, crypto_hash_sha256_BYTES);
}

void muster_digest(const void *bytes, size_t n, char out[MUSTER_DIGEST_TEXT]) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, bytes, n);
  to_hex(hash, out);
}

muster_status muster_digest_file(const char *path, char out[MUSTER_DIGEST_TEXT], muster_error *err) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_fail(err, "open", path);
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  static _Thread_local unsigned char chunk[1 << 16];
  muster_status status = MUSTER_OK;
  for (;;) {
    ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) status = io_fail(err, "read", path);
    if (got <= 0) break;
    crypto_hash_sha256_update(&state, chunk, (unsigned long long)got);
  }
  close(fd);
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_final(&state, hash);
  if (status == MUSTER_OK) to_hex(hash, out);
  return status;
}

_Static_assert(sizeof(crypto_generichash_state) + 64 <= sizeof(muster_hash), "the state fits, also aligned");

static crypto_generichash_state *state_of(muster_hash *hash) {
  return (void *)(((uintptr_t)hash->state + 63) & ~(uintptr_t)63);
}

/* Until sodium_init the library hashes with what every processor has, which gives the same and takes half as long
 * again. */
void muster_hash_ready(void) {
  if (sodium_init() < 0) return;
}

void muster_hash_begin(muster_hash *hash) {
  muster_hash_ready();
  crypto_generichash_init(state_of(hash), NULL, 0, crypto_generichash_BYTES);
}

void muster_hash_add(muster_hash *hash, const void *bytes, size_t n) {
  if (n) crypto_generichash_update(state_of(hash), bytes, (unsigned long long)n);
}

void muster_hash_end(muster_hash *hash, char out[MUSTER_DIGEST_TEXT]) {
  unsigned char digest[crypto_generichash_BYTES];
  crypto_generichash_final(state_of(hash), digest, sizeof digest);
  sodium_bin2hex(out, MUSTER_DIGEST_TEXT, digest, sizeof digest);
}
