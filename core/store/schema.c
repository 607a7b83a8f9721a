/* Taking the steps of the schema, and checking that a file has what the steps make. */
#include "schema.h"

#include <stdio.h>
#include <string.h>

muster_status muster_schema_take(muster_db *db, int from, int to, muster_error *err) {
  for (int step = from; step < to; step++) MUSTER_TRY(muster_db_exec(db, muster_schema_steps[step], err));
  char pragma[64];
  snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", to);
  return muster_db_exec(db, pragma, err);
}

/* ---- what the steps make: SQLite keeps the text of each statement, so it can be compared with ours ---- */

enum { MOST_STATEMENTS = 64 };

typedef struct statement {
  muster_text name, text;
  bool found;
} statement;

/* Takes the next statement off a step; empty at its end. */
static muster_text next_statement(const char **at) {
  const char *begin = *at, *end = strchr(begin, ';');
  size_t n = end ? (size_t)(end - begin) : strlen(begin);
  *at = begin + n + (end != NULL);
  return (muster_text){begin, n};
}

static bool begins(muster_text text, const char *with, muster_text *rest) {
  size_t n = strlen(with);
  if (text.n < n || memcmp(text.at, with, n) != 0) return false;
  *rest = (muster_text){text.at + n, text.n - n};
  return true;
}

/* Tables and indexes of a version. No statement of a step holds a semicolon of its own. */
static size_t list_statements(int version, statement list[MOST_STATEMENTS]) {
  size_t n = 0;
  for (int step = 0; step < version; step++) {
    const char *at = muster_schema_steps[step];
    for (muster_text text; (text = next_statement(&at)).n > 0 && n < MOST_STATEMENTS;) {
      muster_text name;
      if (!begins(text, "CREATE TABLE ", &name) && !begins(text, "CREATE INDEX ", &name)) continue;
      const char *end = memchr(name.at, ' ', name.n);
      name.n = end ? (size_t)(end - name.at) : name.n;
      list[n++] = (statement){name, text, false};
    }
  }
  return n;
}

static muster_status not_ours(const muster_db *db, muster_text name, muster_error *err) {
  muster_db_damaged(db, err, "'%.*s' of the store is not the one that muster makes", (int)name.n, name.at);
  muster_error_todo(err, "do not use this file; import the data again, or restore a copy");
  return MUSTER_IO;
}

static muster_status compare(muster_db *db, sqlite3_stmt *stmt, statement *list, size_t n, muster_error *err) {
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(db, stmt, &row, err));
    if (!row) break;
    muster_text name = muster_db_text(stmt, 0);
    for (size_t i = 0; i < n; i++) {
      if (!muster_text_equal(name, list[i].name)) continue;
      if (!muster_text_equal(muster_db_text(stmt, 1), list[i].text)) return not_ours(db, list[i].name, err);
      list[i].found = true;
    }
  }
  for (size_t i = 0; i < n; i++)
    if (!list[i].found) return not_ours(db, list[i].name, err);
  return MUSTER_OK;
}

muster_status muster_schema_check(muster_db *db, int version, muster_error *err) {
  statement list[MOST_STATEMENTS];
  size_t n = list_statements(version, list);
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(db, "SELECT name, sql FROM sqlite_schema WHERE type IN ('table', 'index')", &stmt, err));
  muster_status status = compare(db, stmt, list, n, err);
  sqlite3_finalize(stmt);
  return status;
}
