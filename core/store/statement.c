/* Statements: preparing, binding, stepping, reading columns. */
#include <math.h>
#include <string.h>

#include "database.h"

muster_status muster_db_exec(muster_db *db, const char *sql, muster_error *err) {
  int result = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
  return result == SQLITE_OK ? MUSTER_OK : muster_db_fail(db, result, "work on the store", err);
}

muster_status muster_db_prepare(muster_db *db, const char *sql, sqlite3_stmt **stmt, muster_error *err) {
  int result = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
  return result == SQLITE_OK ? MUSTER_OK : muster_db_fail(db, result, "read the store's tables", err);
}

muster_status muster_db_prepare_all(muster_db *db, const char *const *sql, size_t n, sqlite3_stmt **stmts,
                                    muster_error *err) {
  memset(stmts, 0, n * sizeof *stmts);
  for (size_t i = 0; i < n; i++) {
    muster_status status = muster_db_prepare(db, sql[i], &stmts[i], err);
    if (status != MUSTER_OK) {
      muster_db_finalize_all(stmts, n);
      return status;
    }
  }
  return MUSTER_OK;
}

void muster_db_finalize_all(sqlite3_stmt **stmts, size_t n) {
  for (size_t i = 0; i < n; i++) {
    sqlite3_finalize(stmts[i]);
    stmts[i] = NULL;
  }
}

static void note(muster_db *db, int result) {
  if (result != SQLITE_OK && db->bound == SQLITE_OK) db->bound = result;
}

void muster_db_bind_int(muster_db *db, sqlite3_stmt *stmt, int at, int64_t value) {
  note(db, sqlite3_bind_int64(stmt, at, value));
}

void muster_db_bind_real(muster_db *db, sqlite3_stmt *stmt, int at, double value) {
  note(db, isnan(value) ? sqlite3_bind_null(stmt, at) : sqlite3_bind_double(stmt, at, value));
}

void muster_db_bind_date(muster_db *db, sqlite3_stmt *stmt, int at, muster_date value) {
  note(db, value == MUSTER_NO_DATE ? sqlite3_bind_null(stmt, at) : sqlite3_bind_int64(stmt, at, value));
}

void muster_db_bind_text(muster_db *db, sqlite3_stmt *stmt, int at, muster_text value) {
  if (value.n)
    muster_db_bind_name(db, stmt, at, value);
  else
    note(db, sqlite3_bind_null(stmt, at));
}

void muster_db_bind_name(muster_db *db, sqlite3_stmt *stmt, int at, muster_text value) {
  note(db, sqlite3_bind_text64(stmt, at, value.n ? value.at : "", value.n, SQLITE_STATIC, SQLITE_UTF8));
}

void muster_db_bind_blob(muster_db *db, sqlite3_stmt *stmt, int at, const void *bytes, size_t n) {
  note(db, bytes ? sqlite3_bind_blob64(stmt, at, bytes, n, SQLITE_STATIC) : sqlite3_bind_null(stmt, at));
}

muster_status muster_db_next(muster_db *db, sqlite3_stmt *stmt, bool *row, muster_error *err) {
  int result = db->bound;
  db->bound = SQLITE_OK;
  *row = false;
  if (result == SQLITE_OK) result = sqlite3_step(stmt);
  if (result == SQLITE_ROW) return *row = true, MUSTER_OK;
  muster_status status = MUSTER_OK;
  if (result != SQLITE_DONE) status = muster_db_fail(db, result, "read or write the store", err);
  sqlite3_reset(stmt);
  return status;
}

muster_status muster_db_run(muster_db *db, sqlite3_stmt *stmt, muster_error *err) {
  bool row;
  muster_status status = muster_db_next(db, stmt, &row, err);
  if (row) sqlite3_reset(stmt);
  return status;
}

muster_status muster_db_int(muster_db *db, const char *sql, int64_t *value, muster_error *err) {
  *value = 0;
  sqlite3_stmt *stmt = NULL;
  bool row = false;
  muster_status status = muster_db_prepare(db, sql, &stmt, err);
  if (status == MUSTER_OK) status = muster_db_next(db, stmt, &row, err);
  if (row) *value = sqlite3_column_int64(stmt, 0);
  sqlite3_finalize(stmt);
  return status;
}

/* Read as a blob: a text asked for as text would be copied to be terminated. */
muster_text muster_db_text(sqlite3_stmt *stmt, int column) {
  const char *at = sqlite3_column_blob(stmt, column);
  return at ? (muster_text){at, (size_t)sqlite3_column_bytes(stmt, column)} : (muster_text){"", 0};
}

int64_t muster_db_range(sqlite3_stmt *stmt, int column, int64_t least, int64_t most, bool *good) {
  int type = sqlite3_column_type(stmt, column);
  if (type == SQLITE_NULL) return least;
  int64_t value = sqlite3_column_int64(stmt, column);
  if (type == SQLITE_INTEGER && value >= least && value <= most) return value;
  *good = false;
  return least;
}

muster_date muster_db_date(sqlite3_stmt *stmt, int column, bool *good) {
  enum { FIRST = -62091, LAST = 120529 }; /* 1 January 1800 and 31 December 2299 */
  if (sqlite3_column_type(stmt, column) == SQLITE_NULL) return MUSTER_NO_DATE;
  return (muster_date)muster_db_range(stmt, column, FIRST, LAST, good);
}

double muster_db_real(sqlite3_stmt *stmt, int column) {
  return sqlite3_column_type(stmt, column) == SQLITE_NULL ? NAN : sqlite3_column_double(stmt, column);
}
