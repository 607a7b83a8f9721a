/* A connection to a store: opening with suspicion, statements, and every SQLite result turned into an error that says
 * what to do. */
#ifndef MUSTER_STORE_DATABASE_H
#define MUSTER_STORE_DATABASE_H

#include <sqlite3.h>

#include "muster/base.h"

typedef enum muster_db_mode {
  MUSTER_DB_READ,
  MUSTER_DB_WRITE,
  MUSTER_DB_MAKE /* an empty file that nobody else knows of: no journal, no sync until the end */
} muster_db_mode;

typedef struct muster_db {
  sqlite3 *handle;
  const char *path; /* borrowed; for errors */
  int bound;        /* first failure of a bind since the last run */
} muster_db;

/** Opens `path` and refuses everything that is no store of a version this program can read. A store of an older version
 * is brought up to date when opened for writing, and read as it is when only views are missing.
 * @param db  zero after a failure */
MUSTER_CHECK muster_status muster_db_open(const char *path, muster_db_mode mode, unsigned wait, muster_db *db,
                                          muster_error *err);
/** Closes; what was not committed is undone. */
void muster_db_close(muster_db *db);

/** Turns an SQLite result into an error. `doing` is a verb phrase: "read the pupils". @return the error's status */
muster_status muster_db_fail(const muster_db *db, int result, const char *doing, muster_error *err);

/** The store holds something it cannot hold. */
muster_status muster_db_damaged(const muster_db *db, muster_error *err, const char *what, ...) MUSTER_PRINTF(3, 4);

MUSTER_CHECK muster_status muster_db_exec(muster_db *db, const char *sql, muster_error *err);
MUSTER_CHECK muster_status muster_db_prepare(muster_db *db, const char *sql, sqlite3_stmt **stmt, muster_error *err);

/** Prepares `n` statements, and lets go of them; after a failure there are none. */
MUSTER_CHECK muster_status muster_db_prepare_all(muster_db *db, const char *const *sql, size_t n, sqlite3_stmt **stmts,
                                                 muster_error *err);
void muster_db_finalize_all(sqlite3_stmt **stmts, size_t n);

/** Values for a statement, from 1. Texts and blobs are borrowed until it has run. */
void muster_db_bind_int(muster_db *db, sqlite3_stmt *stmt, int at, int64_t value);
void muster_db_bind_real(muster_db *db, sqlite3_stmt *stmt, int at, double value);      /* NaN is NULL */
void muster_db_bind_date(muster_db *db, sqlite3_stmt *stmt, int at, muster_date value); /* MUSTER_NO_DATE is NULL */
void muster_db_bind_text(muster_db *db, sqlite3_stmt *stmt, int at, muster_text value); /* empty is NULL */
void muster_db_bind_name(muster_db *db, sqlite3_stmt *stmt, int at, muster_text value); /* empty is empty */
void muster_db_bind_blob(muster_db *db, sqlite3_stmt *stmt, int at, const void *bytes, size_t n); /* NULL is NULL */

/** Runs a statement that gives no rows, and makes it ready to run again. */
MUSTER_CHECK muster_status muster_db_run(muster_db *db, sqlite3_stmt *stmt, muster_error *err);

/** Next row: *row says whether there is one. After the last row, or a failure, the statement is ready to run again. */
MUSTER_CHECK muster_status muster_db_next(muster_db *db, sqlite3_stmt *stmt, bool *row, muster_error *err);

/** The one integer that a query gives; 0 when it gives no row or NULL. */
MUSTER_CHECK muster_status muster_db_int(muster_db *db, const char *sql, int64_t *value, muster_error *err);

/** Columns of a row. Text is borrowed until the next step; a NULL is empty. */
muster_text muster_db_text(sqlite3_stmt *stmt, int column);
/** An integer from `least` to `most`, else *good becomes false. NULL gives `least`. */
int64_t muster_db_range(sqlite3_stmt *stmt, int column, int64_t least, int64_t most, bool *good);
/** A date of 1800 to 2299, or MUSTER_NO_DATE for NULL; anything else makes *good false. */
muster_date muster_db_date(sqlite3_stmt *stmt, int column, bool *good);
double muster_db_real(sqlite3_stmt *stmt, int column); /* NaN for NULL */

/** Makes what `path` + suffix is called in the arena, or NULL. */
char *muster_db_beside(muster_arena *arena, const char *path, const char *suffix);

#endif
