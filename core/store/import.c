/* One import from end to end: the file it goes to, the transaction around it, its line in the list of imports. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "importing.h"
#include "schema.h"

/* ---- the parts of an import ---- */

/* A store with pseudonyms keeps the pseudonym of this text, to know its key again. */
static const char key_test[] = "muster store key";

static muster_status check_key(muster_importing *imp, muster_error *err) {
  char mine[MUSTER_PSEUDONYM_TEXT] = "";
  if (imp->options->key) muster_store_pseudonym(imp->options->key, muster_text_of(key_test), mine);
  sqlite3_stmt *stmt = NULL;
  bool there = false;
  const char *sql = imp->fresh ? "INSERT INTO meta_row (name, value) VALUES ('pseudonyms', ?)"
                               : "SELECT value FROM meta_row WHERE name = 'pseudonyms'";
  MUSTER_TRY(muster_db_prepare(imp->db, sql, &stmt, err));
  if (imp->fresh) muster_db_bind_name(imp->db, stmt, 1, muster_text_of(mine));
  muster_status status = muster_db_next(imp->db, stmt, &there, err);
  bool same = imp->fresh || (there && muster_text_equal(muster_db_text(stmt, 0), muster_text_of(mine)));
  bool has_key = there && muster_db_text(stmt, 0).n > 0;
  sqlite3_finalize(stmt);
  if (status != MUSTER_OK || same) return status;
  if (has_key && mine[0]) {
    muster_fail(err, MUSTER_DATA, "the store was made with another key: its pupils would not be known again");
    muster_error_todo(err, "name the key file that the store was made with");
  } else if (has_key) {
    muster_fail(err, MUSTER_DATA, "the store holds pseudonyms, and the import would add identifiers");
    muster_error_todo(err, "name the key file that the store was made with");
  } else {
    muster_fail(err, MUSTER_DATA, "the store holds identifiers as they are, and the import would add pseudonyms");
    muster_error_todo(err, "import into a new store");
  }
  muster_error_where(err, "%s", imp->db->path);
  return MUSTER_DATA;
}

enum { CALENDAR_GIVEN = 1, TERMS_GIVEN = 2, PRESENCE_IMPLIED = 4 };

static muster_status put_import(muster_importing *imp, muster_error *err) {
  const muster_register *reg = imp->reg;
  const muster_ledger_counts none = {0}, *counts = imp->ledger ? &imp->ledger->total : &none;
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(
      imp->db, "INSERT INTO import_row VALUES (?, ?, '" MUSTER_VERSION "', ?, ?, ?, ?, ?, ?, 0, 0)", &stmt, err));
  int flags = (reg->calendar_given ? CALENDAR_GIVEN : 0) | (reg->terms_given ? TERMS_GIVEN : 0) |
              (reg->presence_implied ? PRESENCE_IMPLIED : 0);
  const int64_t values[] = {(int64_t)imp->number,        imp->options->on,          flags,
                            (int64_t)counts->read,       (int64_t)counts->accepted, (int64_t)counts->duplicate,
                            (int64_t)counts->superseded, (int64_t)counts->rejected};
  for (int i = 0; i < 8; i++) muster_db_bind_int(imp->db, stmt, i + 1, values[i]);
  muster_status status = muster_db_run(imp->db, stmt, err);
  sqlite3_finalize(stmt);
  return status;
}

static muster_status put_files(muster_importing *imp, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(imp->db, "INSERT INTO import_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &stmt, err));
  muster_status status = MUSTER_OK;
  for (size_t i = 0; imp->ledger && i < imp->ledger->file_count && status == MUSTER_OK; i++) {
    const muster_ledger_file *file = &imp->ledger->files[i];
    const muster_ledger_counts *c = &file->counts;
    muster_db_bind_int(imp->db, stmt, 1, imp->number);
    muster_db_bind_int(imp->db, stmt, 2, (int64_t)i);
    muster_db_bind_name(imp->db, stmt, 3, muster_text_of(file->name));
    muster_db_bind_name(imp->db, stmt, 4, muster_text_of(file->digest));
    const int64_t values[] = {(int64_t)file->bytes,  (int64_t)c->read,       (int64_t)c->accepted,
                              (int64_t)c->duplicate, (int64_t)c->superseded, (int64_t)c->rejected};
    for (int k = 0; k < 6; k++) muster_db_bind_int(imp->db, stmt, 5 + k, values[k]);
    status = muster_db_run(imp->db, stmt, err);
  }
  sqlite3_finalize(stmt);
  return status;
}

static muster_status put_counts(muster_importing *imp, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(imp->db, "UPDATE import_row SET marks_new = ?2, marks_changed = ?3 WHERE import = ?1",
                               &stmt, err));
  muster_db_bind_int(imp->db, stmt, 1, imp->number);
  muster_db_bind_int(imp->db, stmt, 2, (int64_t)imp->report->marks_new);
  muster_db_bind_int(imp->db, stmt, 3, (int64_t)imp->report->marks_changed);
  muster_status status = muster_db_run(imp->db, stmt, err);
  sqlite3_finalize(stmt);
  return status;
}

static muster_status put_everything(muster_importing *imp, muster_error *err) {
  int64_t latest, enrolments;
  MUSTER_TRY(muster_db_int(imp->db, "SELECT max(import) FROM import_row", &latest, err));
  MUSTER_TRY(muster_db_int(imp->db, "SELECT max(enrolment) FROM enrolment_row", &enrolments, err));
  imp->last_enrolment = enrolments;
  imp->fresh = latest == 0;
  imp->number = (uint32_t)latest + 1;
  MUSTER_TRY(check_key(imp, err));
  MUSTER_TRY(put_import(imp, err));
  MUSTER_TRY(muster_import_codes(imp, err));
  MUSTER_TRY(muster_import_schools(imp, err));
  MUSTER_TRY(muster_import_pupils(imp, err));
  MUSTER_TRY(muster_import_calendars(imp, err));
  MUSTER_TRY(muster_import_marks(imp, err));
  MUSTER_TRY(muster_import_superseded(imp, err));
  MUSTER_TRY(muster_import_facts(imp, err));
  imp->report->number = imp->number;
  imp->report->unchanged = !imp->changed && !imp->fresh;
  if (imp->report->unchanged) {
    imp->report->number = (uint32_t)latest;
    return MUSTER_OK;
  }
  MUSTER_TRY(put_files(imp, err));
  return put_counts(imp, err);
}

static void forget(muster_importing *imp) {
  muster_import_columns_free(imp);
  muster_import_profiles_free(imp);
  for (int i = 0; i < 2; i++) {
    muster_map_free(&imp->attributes[i]);
    muster_free(imp->attribute_numbers[i]);
  }
  muster_free(imp->schools);
  muster_free(imp->pupils);
  muster_free(imp->assignments);
}

static muster_status work(muster_db *db, const muster_register *reg, const muster_ledger *ledger,
                          const muster_import_options *options, muster_import_report *report, muster_error *err) {
  muster_importing imp = {.db = db, .reg = reg, .ledger = ledger, .options = options, .report = report};
  muster_status status = put_everything(&imp, err);
  forget(&imp);
  return status;
}

/* ---- a store that is there ---- */

static muster_status update(const char *path, const muster_register *reg, const muster_ledger *ledger,
                            const muster_import_options *options, muster_import_report *report, muster_error *err) {
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_WRITE, options->wait, &db, err));
  muster_status status = muster_db_exec(&db, "BEGIN IMMEDIATE", err);
  if (status == MUSTER_OK) status = work(&db, reg, ledger, options, report, err);
  if (status == MUSTER_OK) status = muster_db_exec(&db, report->unchanged ? "ROLLBACK" : "COMMIT", err);
  muster_db_close(&db);
  return status;
}

/* ---- a new store: made under another name, and there all at once ---- */

static muster_status file_fail(const char *path, const char *what, muster_error *err) {
  int code = errno;
  muster_fail(err, MUSTER_IO, "cannot %s: %s", what, strerror(code));
  muster_error_where(err, "%s", path);
  muster_error_todo(err, "check that its folder is there, that you may write in it, and that the disk has room");
  return MUSTER_IO;
}

/* Opens the file of that name, alone: whoever holds the lock is the one who makes the store. What a process that died
 * left behind is emptied. */
static muster_status claim(const char *name, int *fd, muster_error *err) {
  *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (*fd < 0) return file_fail(name, "make the store", err);
  struct stat mine, there;
  bool locked = flock(*fd, LOCK_EX | LOCK_NB) == 0;
  bool still = locked && fstat(*fd, &mine) == 0 && stat(name, &there) == 0 && mine.st_ino == there.st_ino;
  if (!still) {
    close(*fd);
    *fd = -1;
    muster_fail(err, MUSTER_IO, "another process is making this store");
    muster_error_where(err, "%s", name);
    muster_error_todo(err, "wait until it is done, then run this again");
    return MUSTER_IO;
  }
  muster_arena arena = {0};
  char *log = muster_db_beside(&arena, name, "-wal");
  if (log) unlink(log);
  muster_status status = log ? MUSTER_OK : muster_fail_memory(err);
  muster_arena_free(&arena);
  if (status == MUSTER_OK && (ftruncate(*fd, 0) != 0 || fchmod(*fd, 0600) != 0))
    status = file_fail(name, "make the store", err);
  if (status != MUSTER_OK) close(*fd);
  return status;
}

/* A table takes a page even when it is empty, and there are some forty: a school's store is smaller with small pages, a
 * trust's is faster with large ones. In pupils. */
enum { SMALL_PAGES_BELOW = 3000 };

static muster_status fill(const char *name, const muster_register *reg, const muster_ledger *ledger,
                          const muster_import_options *options, muster_import_report *report, muster_error *err) {
  muster_db db;
  char identity[64];
  snprintf(identity, sizeof identity, "PRAGMA application_id = %d", MUSTER_STORE_APPLICATION);
  MUSTER_TRY(muster_db_open(name, MUSTER_DB_MAKE, options->wait, &db, err));
  bool is_small = reg->pupil_count < SMALL_PAGES_BELOW;
  muster_status status = muster_db_exec(&db, is_small ? "PRAGMA page_size = 1024" : "PRAGMA page_size = 4096", err);
  if (status == MUSTER_OK) status = muster_db_exec(&db, "BEGIN IMMEDIATE", err);
  if (status == MUSTER_OK) status = muster_db_exec(&db, identity, err);
  if (status == MUSTER_OK) status = muster_schema_take(&db, 0, MUSTER_STORE_TABLES, err);
  if (status == MUSTER_OK) status = work(&db, reg, ledger, options, report, err);
  if (status == MUSTER_OK) status = muster_schema_take(&db, MUSTER_STORE_TABLES, MUSTER_STORE_VERSION, err);
  if (status == MUSTER_OK) status = muster_db_exec(&db, "COMMIT; PRAGMA journal_mode = WAL", err);
  muster_db_close(&db);
  return status;
}

static muster_status sync_folder_of(const char *path, muster_error *err) {
  muster_arena arena = {0};
  const char *slash = strrchr(path, '/');
  size_t n = slash ? (size_t)(slash - path) + (slash == path) : 1;
  char *folder = muster_arena_copy(&arena, slash ? path : ".", n);
  int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  muster_status status = folder ? MUSTER_OK : muster_fail_memory(err);
  if (fd >= 0) {
    if (fsync(fd) != 0 && errno != EINVAL) status = file_fail(path, "put the store in its place", err);
    close(fd);
  }
  muster_arena_free(&arena);
  return status;
}

static muster_status make(const char *path, const char *name, const muster_register *reg, const muster_ledger *ledger,
                          const muster_import_options *options, muster_import_report *report, muster_error *err) {
  int fd;
  MUSTER_TRY(claim(name, &fd, err));
  if (access(path, F_OK) == 0) { /* somebody made it in the meantime */
    unlink(name);
    close(fd);
    return update(path, reg, ledger, options, report, err);
  }
  muster_status status = fill(name, reg, ledger, options, report, err);
  if (status == MUSTER_OK && fsync(fd) != 0) status = file_fail(path, "write the store", err);
  if (status == MUSTER_OK && rename(name, path) != 0) status = file_fail(path, "put the store in its place", err);
  report->created = status == MUSTER_OK;
  if (report->created)
    status = sync_folder_of(path, err);
  else
    unlink(name);
  close(fd);
  return status;
}

muster_status muster_store_import(const char *path, const muster_register *reg, const muster_ledger *ledger,
                                  const muster_import_options *options, muster_import_report *report,
                                  muster_error *err) {
  muster_import_report ours;
  if (!report) report = &ours;
  *report = (muster_import_report){0};
  if (options->on == MUSTER_NO_DATE) return muster_fail(err, MUSTER_USAGE, "an import needs its day");
  if (access(path, F_OK) == 0) return update(path, reg, ledger, options, report, err);
  muster_arena arena = {0};
  char *name = muster_db_beside(&arena, path, ".new");
  muster_status status = name ? make(path, name, reg, ledger, options, report, err) : muster_fail_memory(err);
  muster_arena_free(&arena);
  return status;
}
