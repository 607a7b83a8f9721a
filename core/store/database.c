/* Opening stores, running statements, explaining failures. */
#include "database.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fault.h"
#include "muster/store/read.h"
#include "schema.h"

/* ---- SQLite's memory comes from where all memory comes from, so that tests can take it away ---- */

enum { HEAD = 16 }; /* holds the size; keeps the alignment */

static void *memory_get(int n) {
  unsigned char *p = muster_realloc(NULL, (size_t)n + HEAD, 1);
  if (!p) return NULL;
  memcpy(p, &n, sizeof n);
  return p + HEAD;
}

static int memory_size(void *p) {
  int n = 0;
  if (p) memcpy(&n, (unsigned char *)p - HEAD, sizeof n);
  return n;
}

static void memory_free(void *p) {
  if (p) muster_free((unsigned char *)p - HEAD);
}

static void *memory_resize(void *old, int n) {
  unsigned char *p = muster_realloc((unsigned char *)old - HEAD, (size_t)n + HEAD, 1);
  if (!p) return NULL;
  memcpy(p, &n, sizeof n);
  return p + HEAD;
}

static int memory_round(int n) { return (n + 7) & ~7; }
static int memory_begin(void *context) { return (void)context, SQLITE_OK; }
static void memory_end(void *context) { (void)context; }

static void configure(void) {
  static const sqlite3_mem_methods methods = {memory_get,   memory_free,  memory_resize, memory_size,
                                              memory_round, memory_begin, memory_end,    NULL};
  sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static muster_status begin(muster_error *err) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, configure);
  return sqlite3_initialize() == SQLITE_OK ? MUSTER_OK : muster_fail_memory(err);
}

/* ---- errors ---- */

static muster_status fail(const muster_db *db, muster_error *err, const char *what, const char *todo) {
  muster_fail(err, MUSTER_IO, "%s", what);
  muster_error_where(err, "%s", db->path);
  if (todo) muster_error_todo(err, "%s", todo);
  return MUSTER_IO;
}

muster_status muster_db_damaged(const muster_db *db, muster_error *err, const char *what, ...) {
  char text[256];
  va_list args;
  va_start(args, what);
  vsnprintf(text, sizeof text, what, args);
  va_end(args);
  muster_fail(err, MUSTER_IO, "the store is damaged: %s", text);
  muster_error_where(err, "%s", db->path);
  muster_error_todo(err, "restore a copy, or import the data again into a new store");
  return MUSTER_IO;
}

muster_status muster_db_fail(const muster_db *db, int result, const char *doing, muster_error *err) {
  int extended = db->handle ? sqlite3_extended_errcode(db->handle) : result;
  switch (result & 0xFF) {
    case SQLITE_NOMEM: return muster_fail_memory(err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(db, err, "the store is locked by another process",
                  "wait until the other import or program is done with it, then run this again");
    case SQLITE_NOTADB:
      fail(db, err, "the file is no store", "name a store made by muster import, or a folder of CSV files");
      muster_error_expected(err, "an SQLite database made by muster");
      return MUSTER_IO;
    case SQLITE_CORRUPT: return muster_db_damaged(db, err, "%s", sqlite3_errstr(result));
    case SQLITE_FULL:
      return fail(db, err, "the disk is full; the store is as it was", "make room on that disk, then run this again");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return fail(db, err, "the store cannot be written: it, or its folder, is read-only",
                  "give yourself write permission to both, or work on a copy");
    case SQLITE_CANTOPEN:
      fail(db, err, "the store cannot be opened",
           "check that its folder is there and that you may read and write in it");
      muster_error_wrap(err, "cannot %s", doing);
      return MUSTER_IO;
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_RANGE: return muster_db_damaged(db, err, "cannot %s: %s", doing, sqlite3_errstr(extended));
    default: break;
  }
  muster_fail(err, MUSTER_IO, "cannot %s: %s", doing, sqlite3_errstr(extended));
  muster_error_where(err, "%s", db->path);
  muster_error_todo(err, "check the disk and its free space; the store is as it was");
  return MUSTER_IO;
}

/* ---- opening ---- */

typedef struct file_head {
  bool there, empty, sqlite, ours;
} file_head;

static muster_status read_head(const char *path, file_head *head, muster_error *err) {
  *head = (file_head){0};
  muster_db db = {NULL, path, 0};
  struct stat st;
  if (stat(path, &st) != 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      return fail(&db, err, "there is no such store", "check the name, or make the store with muster import");
    muster_fail(err, MUSTER_IO, "cannot open: %s", strerror(errno));
    muster_error_where(err, "%s", path);
    return MUSTER_IO;
  }
  if (!S_ISREG(st.st_mode)) return fail(&db, err, "is no file", "name a store made by muster import");
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    muster_fail(err, MUSTER_IO, "cannot open: %s", strerror(errno));
    muster_error_where(err, "%s", path);
    muster_error_todo(err, "stores are readable by their owner only; ask the owner, or change the file's mode");
    return MUSTER_IO;
  }
  unsigned char bytes[100];
  ssize_t n = pread(fd, bytes, sizeof bytes, 0);
  close(fd);
  head->there = true;
  head->empty = n == 0;
  head->sqlite = n == (ssize_t)sizeof bytes && memcmp(bytes, "SQLite format 3", 16) == 0;
  uint32_t id = (uint32_t)bytes[68] << 24 | (uint32_t)bytes[69] << 16 | (uint32_t)bytes[70] << 8 | bytes[71];
  head->ours = head->sqlite && id == MUSTER_STORE_APPLICATION;
  return MUSTER_OK;
}

bool muster_is_store(const char *path) {
  file_head head;
  return read_head(path, &head, NULL) == MUSTER_OK && head.ours;
}

static void distrust(sqlite3 *handle) {
  static const int settings[][2] = {{SQLITE_DBCONFIG_DEFENSIVE, 1},      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
                                    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
                                    {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
                                    {SQLITE_DBCONFIG_ENABLE_FKEY, 1}};
  static const int limits[][2] = {{SQLITE_LIMIT_LENGTH, 64 << 20},  {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
                                  {SQLITE_LIMIT_COLUMN, 100},       {SQLITE_LIMIT_ATTACHED, 0},
                                  {SQLITE_LIMIT_TRIGGER_DEPTH, 1},  {SQLITE_LIMIT_VARIABLE_NUMBER, 250},
                                  {SQLITE_LIMIT_WORKER_THREADS, 0}, {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100}};
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    sqlite3_db_config(handle, settings[i][0], settings[i][1], NULL);
  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) sqlite3_limit(handle, limits[i][0], limits[i][1]);
}

static const char *const settings_of[] = {
    [MUSTER_DB_READ] = "PRAGMA query_only = ON; PRAGMA cell_size_check = ON; PRAGMA cache_size = -8192",
    [MUSTER_DB_WRITE] = "PRAGMA cell_size_check = ON; PRAGMA cache_size = -65536; PRAGMA synchronous = FULL",
    [MUSTER_DB_MAKE] = ("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
                        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA foreign_keys = OFF")};

static int open_handle(muster_db *db, const char *name, int flags, unsigned wait) {
  const char *layer = muster_fault_layer();
  int result = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, layer);
  if (result != SQLITE_OK) return result;
  distrust(db->handle);
  sqlite3_busy_timeout(db->handle, (int)(wait ? wait : 5000));
  return SQLITE_OK;
}

static muster_status settle(muster_db *db, muster_db_mode mode, muster_error *err) {
  MUSTER_TRY(muster_db_exec(db, settings_of[mode], err));
  if (mode == MUSTER_DB_MAKE) return MUSTER_OK;
  int64_t id = 0, version = 0;
  MUSTER_TRY(muster_db_int(db, "PRAGMA application_id", &id, err));
  MUSTER_TRY(muster_db_int(db, "PRAGMA user_version", &version, err));
  if (id != MUSTER_STORE_APPLICATION) return muster_db_fail(db, SQLITE_NOTADB, "open the store", err);
  if (version > MUSTER_STORE_VERSION) {
    muster_fail(err, MUSTER_IO, "the store was written by a newer version of muster (schema %d)", (int)version);
    muster_error_where(err, "%s", db->path);
    muster_error_expected(err, "schema %d or older", MUSTER_STORE_VERSION);
    muster_error_todo(err, "use that version or a newer one");
    return MUSTER_IO;
  }
  if (version < MUSTER_STORE_TABLES) return muster_db_damaged(db, err, "it has no schema");
  return muster_schema_check(db, (int)version, err);
}

/* A store in a folder that cannot be written has no place for the files that readers share. With no log left beside it
 * nobody is writing, and it can be read as it stands. */
static bool stands_still(const char *path) {
  muster_arena arena = {0};
  struct stat st;
  char *log = muster_db_beside(&arena, path, "-wal");
  bool still = log && (stat(log, &st) != 0 || st.st_size == 0);
  muster_arena_free(&arena);
  return still;
}

/* file: URI of a path with its special characters escaped. */
static char *unchanging_uri(muster_arena *arena, const char *path) {
  static const char hex[] = "0123456789ABCDEF";
  size_t n = strlen(path), used = 0;
  char *escaped = muster_arena_alloc(arena, 3 * n + 1);
  if (!escaped) return NULL;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)path[i];
    bool plain = c > ' ' && c < 0x7F && !strchr("%?#", c);
    if (plain) {
      escaped[used++] = (char)c;
    } else {
      escaped[used++] = '%';
      escaped[used++] = hex[c >> 4];
      escaped[used++] = hex[c & 15];
    }
  }
  return muster_arena_printf(arena, "file:%s?immutable=1", escaped);
}

static muster_status open_still(const char *path, muster_db *db, muster_error *err) {
  sqlite3_close(db->handle);
  db->handle = NULL;
  muster_arena arena = {0};
  char *uri = unchanging_uri(&arena, path);
  muster_status status = uri ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    int result = open_handle(db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, 0);
    status = result == SQLITE_OK ? settle(db, MUSTER_DB_READ, err) : muster_db_fail(db, result, "open the store", err);
  }
  muster_arena_free(&arena);
  return status;
}

static muster_status open_and_check(const char *path, muster_db_mode mode, unsigned wait, muster_db *db,
                                    muster_error *err) {
  file_head head;
  MUSTER_TRY(read_head(path, &head, err));
  if (mode != MUSTER_DB_MAKE && !head.sqlite) return muster_db_fail(db, SQLITE_NOTADB, "open the store", err);
  int result = open_handle(db, path, SQLITE_OPEN_READWRITE, wait);
  if (result != SQLITE_OK && mode == MUSTER_DB_READ && (result & 0xFF) == SQLITE_CANTOPEN && stands_still(path))
    return open_still(path, db, err);
  if (result != SQLITE_OK) return muster_db_fail(db, result, "open the store", err);
  if (mode == MUSTER_DB_WRITE && sqlite3_db_readonly(db->handle, "main"))
    return muster_db_fail(db, SQLITE_READONLY, "open the store", err);
  muster_error first = {0};
  muster_status status = settle(db, mode, &first);
  int code = status == MUSTER_IO ? sqlite3_errcode(db->handle) & 0xFF : SQLITE_OK;
  bool no_room = code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
  if (mode == MUSTER_DB_READ && no_room && stands_still(path)) return open_still(path, db, err);
  if (mode == MUSTER_DB_WRITE && no_room) return muster_db_fail(db, SQLITE_READONLY, "open the store", err);
  if (status != MUSTER_OK && err) *err = first;
  return status;
}

static muster_status bring_up_to_date(muster_db *db, muster_error *err) {
  int64_t version = 0;
  MUSTER_TRY(muster_db_int(db, "PRAGMA user_version", &version, err));
  if (version >= MUSTER_STORE_VERSION) return MUSTER_OK;
  MUSTER_TRY(muster_db_exec(db, "BEGIN IMMEDIATE", err));
  MUSTER_TRY(muster_db_int(db, "PRAGMA user_version", &version, err));
  MUSTER_TRY(muster_schema_take(db, (int)version, MUSTER_STORE_VERSION, err));
  return muster_db_exec(db, "COMMIT", err);
}

muster_status muster_db_open(const char *path, muster_db_mode mode, unsigned wait, muster_db *db, muster_error *err) {
  *db = (muster_db){NULL, path, 0};
  MUSTER_TRY(begin(err));
  muster_status status = open_and_check(path, mode, wait, db, err);
  if (status == MUSTER_OK && mode == MUSTER_DB_WRITE) status = bring_up_to_date(db, err);
  if (status != MUSTER_OK) muster_db_close(db);
  return status;
}

void muster_db_close(muster_db *db) {
  sqlite3_close(db->handle);
  db->handle = NULL;
}

char *muster_db_beside(muster_arena *arena, const char *path, const char *suffix) {
  return muster_arena_printf(arena, "%s%s", path, suffix);
}
