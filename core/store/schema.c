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

static muster_status not_ours(const muster_db *db, const char *kind, const char *name, muster_error *err) {
  muster_db_damaged(db, err, "the %s %s of the store is not the one that muster makes", kind, name);
  muster_error_todo(err, "do not use this file; import the data again, or restore a copy");
  return MUSTER_IO;
}

static muster_status compare(muster_db *db, muster_db *model, muster_error *err) {
  sqlite3_stmt *wanted = NULL, *found = NULL;
  muster_status status = muster_db_prepare(
      model, "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index')", &wanted, err);
  if (status == MUSTER_OK)
    status = muster_db_prepare(db, "SELECT sql FROM sqlite_schema WHERE type = ?1 AND name = ?2 AND tbl_name = ?3",
                               &found, err);
  for (bool more = true; status == MUSTER_OK;) {
    status = muster_db_next(model, wanted, &more, err);
    if (status != MUSTER_OK || !more) break;
    muster_text name = muster_db_text(wanted, 1);
    for (int i = 0; i < 3; i++) muster_db_bind_name(db, found, i + 1, muster_db_text(wanted, i));
    bool there = false;
    status = muster_db_next(db, found, &there, err);
    if (status != MUSTER_OK) break;
    bool same = there && muster_text_equal(muster_db_text(found, 0), muster_db_text(wanted, 3));
    sqlite3_reset(found);
    if (!same) {
      char shown[64];
      snprintf(shown, sizeof shown, "%.*s", (int)name.n, name.at);
      status = not_ours(db, muster_db_text(wanted, 0).at[0] == 't' ? "table" : "index", shown, err);
    }
  }
  sqlite3_finalize(wanted);
  sqlite3_finalize(found);
  return status;
}

muster_status muster_schema_check(muster_db *db, int version, muster_error *err) {
  muster_db model = {NULL, ":memory:", 0};
  int result = sqlite3_open_v2(":memory:", &model.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  muster_status status = result == SQLITE_OK ? MUSTER_OK : muster_db_fail(&model, result, "compare the schema", err);
  if (status == MUSTER_OK) status = muster_schema_take(&model, 0, version, err);
  if (status == MUSTER_OK) status = compare(db, &model, err);
  sqlite3_close(model.handle);
  return status;
}
