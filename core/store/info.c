/* What a store holds, without loading it; and cutting it into parts. */
#include <stdio.h>
#include <string.h>

#include "database.h"
#include "muster/store/read.h"

/* ---- looking ---- */

static muster_status read_imports(muster_db *db, muster_store_info *info, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  int64_t count;
  MUSTER_TRY(muster_db_int(db, "SELECT count(*) FROM import_row", &count, err));
  info->imports = muster_arena_alloc(&info->arena, (size_t)count * sizeof *info->imports);
  if (!info->imports) return muster_fail_memory(err);
  MUSTER_TRY(muster_db_prepare(db,
                               "SELECT import, imported_on, version, rows_read, accepted, duplicate, superseded, "
                               "rejected, marks_new, marks_changed FROM import_row ORDER BY import",
                               &stmt, err));
  muster_status status;
  for (bool row; (status = muster_db_next(db, stmt, &row, err)) == MUSTER_OK && row;) {
    bool good = (int64_t)info->import_count < count;
    if (!good) break;
    muster_import_row *import = &info->imports[info->import_count++];
    muster_text version = muster_db_text(stmt, 2);
    import->number = (uint32_t)muster_db_range(stmt, 0, 1, UINT32_MAX, &good);
    import->on = muster_db_date(stmt, 1, &good);
    import->version = muster_arena_copy(&info->arena, version.at, version.n);
    uint64_t *const counts[] = {&import->read,     &import->accepted,  &import->duplicate,    &import->superseded,
                                &import->rejected, &import->marks_new, &import->marks_changed};
    for (int i = 0; i < 7; i++) *counts[i] = (uint64_t)muster_db_range(stmt, 3 + i, 0, INT64_MAX, &good);
    if (!good)
      status = muster_db_damaged(db, err, "an import makes no sense");
    else if (!import->version)
      status = muster_fail_memory(err);
    if (status != MUSTER_OK) break;
  }
  sqlite3_finalize(stmt);
  return status;
}

/* A name for the state of the data: what was imported, in which order. */
static muster_status digest(muster_db *db, muster_store_info *info, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  muster_buf text;
  muster_buf_init(&text, 64 << 20);
  MUSTER_TRY(muster_db_prepare(db,
                               "SELECT i.import, f.name, f.digest FROM import_row i LEFT JOIN import_file f USING "
                               "(import) ORDER BY i.import, f.position",
                               &stmt, err));
  muster_status status;
  for (bool row; (status = muster_db_next(db, stmt, &row, err)) == MUSTER_OK && row;) {
    muster_text name = muster_db_text(stmt, 1), hash = muster_db_text(stmt, 2);
    muster_buf_printf(&text, "%lld ", (long long)sqlite3_column_int64(stmt, 0));
    muster_buf_add(&text, name.at, name.n);
    muster_buf_putc(&text, ' ');
    muster_buf_add(&text, hash.at, hash.n);
    muster_buf_putc(&text, '\n');
  }
  sqlite3_finalize(stmt);
  if (status == MUSTER_OK && text.failed) status = muster_fail_memory(err);
  if (status == MUSTER_OK) muster_digest(text.at ? text.at : "", text.n, info->digest);
  muster_buf_free(&text);
  return status;
}

static muster_status look(muster_db *db, muster_store_info *info, muster_error *err) {
  int64_t schema, schools, enrolments, pupils, keyed;
  MUSTER_TRY(muster_db_int(db, "PRAGMA user_version", &schema, err));
  MUSTER_TRY(muster_db_int(db, "SELECT count(*) FROM school_row", &schools, err));
  MUSTER_TRY(muster_db_int(db, "SELECT count(*) FROM enrolment_row", &enrolments, err));
  MUSTER_TRY(muster_db_int(db, "SELECT count(DISTINCT pupil_id) FROM enrolment_row", &pupils, err));
  MUSTER_TRY(muster_db_int(db, "SELECT count(*) FROM meta_row WHERE name = 'pseudonyms' AND value <> ''", &keyed, err));
  info->schema = (int)schema;
  info->schools = (uint64_t)schools;
  info->enrolments = (uint64_t)enrolments;
  info->pupils = (uint64_t)pupils;
  info->pseudonymous = keyed > 0;
  MUSTER_TRY(read_imports(db, info, err));
  return digest(db, info, err);
}

muster_status muster_store_look(const char *path, muster_store_info *info, muster_error *err) {
  *info = (muster_store_info){0};
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_READ, 0, &db, err));
  muster_status status = muster_db_exec(&db, "BEGIN", err);
  if (status == MUSTER_OK) status = look(&db, info, err);
  muster_db_close(&db);
  if (status != MUSTER_OK) muster_store_info_free(info);
  return status;
}

void muster_store_info_free(muster_store_info *info) {
  muster_arena_free(&info->arena);
  *info = (muster_store_info){0};
}

/* ---- parts ---- */

typedef struct parts_list {
  muster_store_part *at;
  size_t count, capacity;
} parts_list;

static muster_status cut(muster_db *db, uint64_t pupils, parts_list *list, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(db,
                               "SELECT s.school, (SELECT count(*) FROM enrolment_row e WHERE e.school = s.school) FROM "
                               "school_row s ORDER BY s.school",
                               &stmt, err));
  muster_status status;
  for (bool row; (status = muster_db_next(db, stmt, &row, err)) == MUSTER_OK && row;) {
    bool good = true;
    uint32_t school = (uint32_t)muster_db_range(stmt, 0, 1, UINT32_MAX, &good);
    uint64_t n = (uint64_t)muster_db_range(stmt, 1, 0, INT64_MAX, &good);
    muster_store_part *last = list->count ? &list->at[list->count - 1] : NULL;
    if (!good) {
      status = muster_db_damaged(db, err, "a school makes no sense");
      break;
    }
    if (last && last->pupils + n <= pupils) {
      last->last = school;
      last->pupils += n;
      continue;
    }
    if (!MUSTER_GROW(list->at, list->capacity, list->count)) status = muster_fail_memory(err);
    if (status != MUSTER_OK) break;
    list->at[list->count++] = (muster_store_part){school, school, n};
  }
  sqlite3_finalize(stmt);
  return status;
}

muster_status muster_store_parts(const char *path, uint64_t pupils, muster_store_part **parts, size_t *n,
                                 muster_error *err) {
  *parts = NULL;
  *n = 0;
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_READ, 0, &db, err));
  parts_list list = {0};
  muster_status status = cut(&db, pupils, &list, err);
  muster_db_close(&db);
  if (status != MUSTER_OK) {
    muster_free(list.at);
    return status;
  }
  *parts = list.at;
  *n = list.count;
  return MUSTER_OK;
}

/* ---- verifying ---- */

static muster_status no_complaint(muster_db *db, const char *pragma, const char *fine, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  bool row = false;
  MUSTER_TRY(muster_db_prepare(db, pragma, &stmt, err));
  muster_status status = muster_db_next(db, stmt, &row, err);
  muster_text said = row ? muster_db_text(stmt, 0) : (muster_text){"", 0};
  if (status == MUSTER_OK && row && !muster_text_equal(said, muster_text_of(fine)))
    status = muster_db_damaged(db, err, "%.*s", (int)(said.n < 160 ? said.n : 160), said.at);
  sqlite3_finalize(stmt);
  return status;
}

muster_status muster_store_verify(const char *path, muster_error *err) {
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_READ, 0, &db, err));
  muster_status status = no_complaint(&db, "PRAGMA integrity_check(1)", "ok", err);
  if (status == MUSTER_OK) status = no_complaint(&db, "PRAGMA foreign_key_check", "", err);
  muster_db_close(&db);
  if (status != MUSTER_OK) return status;
  /* Every packed row is unpacked: now, and as it was at the beginning. */
  muster_store_options options = muster_store_everything();
  for (uint32_t known = 0; known < 2 && status == MUSTER_OK; known++) {
    muster_register *reg;
    options.known_import = known;
    status = muster_store_load(path, &options, &reg, err);
    muster_register_free(reg);
  }
  return status;
}
