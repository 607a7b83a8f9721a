/* The pupils of a store, for the load of marks that come without a file of pupils. The store is opened with the first
 * question: a folder that names its pupils asks none. */
#include <string.h>
#include <unistd.h>

#include "loading.h"
#include "muster/store/import.h"

enum { ENROLMENTS, SCHOOLS, COUNT };
static const char *const sql[COUNT] = {
    [ENROLMENTS] =
        "SELECT school_id, start_date, end_date FROM enrolment_row JOIN school_row USING (school) "
        "WHERE pupil_id = ? ORDER BY enrolment",
    [SCHOOLS] = "SELECT count(*), max(school_id) FROM school_row"};

typedef struct known_store {
  const muster_store_key *key; /* NULL = ids stand as they are */
  unsigned wait;
  muster_db db; /* no handle: not opened yet */
  sqlite3_stmt *stmts[COUNT];
  const char *path;
} known_store;

/* *there is false when there is no store yet, and so nothing that it knows. */
static muster_status reach(known_store *k, bool *there, muster_error *err) {
  *there = k->db.handle || access(k->path, F_OK) == 0;
  if (!*there || k->db.handle) return MUSTER_OK;
  MUSTER_TRY(muster_db_open(k->path, MUSTER_DB_READ, k->wait, &k->db, err));
  muster_status status = muster_db_exec(&k->db, "BEGIN", err); /* one state for the whole load */
  if (status == MUSTER_OK) status = muster_db_prepare_all(&k->db, sql, COUNT, k->stmts, err);
  if (status != MUSTER_OK) muster_db_close(&k->db);
  return status;
}

static muster_status enrol_one(known_store *k, muster_register *reg, muster_text id, muster_error *err) {
  sqlite3_stmt *stmt = k->stmts[ENROLMENTS];
  bool good = true;
  muster_text school = muster_db_text(stmt, 0);
  muster_date start = muster_db_date(stmt, 1, &good), end = muster_db_date(stmt, 2, &good);
  if (!good || !muster_is_name(school, true))
    return muster_db_damaged(&k->db, err, "an enrolment holds what it cannot");
  uint32_t number = muster_register_school(reg, school, NULL), pupil;
  if (number == MUSTER_NONE) return muster_fail_memory(err);
  muster_error overlap;
  muster_status status = muster_register_enrol(reg, id, number, start, end, &pupil, &overlap);
  if (status == MUSTER_DATA) return muster_db_damaged(&k->db, err, "a pupil is enrolled twice on one day");
  return status == MUSTER_OK ? status : muster_fail_memory(err);
}

static muster_status enrol(void *context, muster_register *reg, muster_text id, muster_error *err) {
  known_store *k = context;
  char pseudonym[MUSTER_PSEUDONYM_TEXT];
  bool there;
  MUSTER_TRY(reach(k, &there, err));
  if (!there) return MUSTER_OK;
  muster_text kept = id;
  if (k->key) {
    muster_store_pseudonym(k->key, id, pseudonym);
    kept = muster_text_of(pseudonym);
  }
  sqlite3_stmt *stmt = k->stmts[ENROLMENTS];
  muster_db_bind_name(&k->db, stmt, 1, kept);
  muster_status status;
  for (bool row; (status = muster_db_next(&k->db, stmt, &row, err)) == MUSTER_OK && row;)
    if ((status = enrol_one(k, reg, id, err)) != MUSTER_OK) break;
  sqlite3_reset(stmt);
  return status;
}

static muster_status schools(void *context, uint64_t *count, muster_text *only, muster_error *err) {
  known_store *k = context;
  bool there, good = true;
  *count = 0;
  *only = (muster_text){"", 0};
  MUSTER_TRY(reach(k, &there, err));
  if (!there) return MUSTER_OK;
  sqlite3_stmt *stmt = k->stmts[SCHOOLS];
  sqlite3_reset(stmt);
  MUSTER_TRY(muster_db_next(&k->db, stmt, &there, err));
  *count = (uint64_t)muster_db_range(stmt, 0, 0, UINT32_MAX, &good);
  if (*count == 1) *only = muster_db_text(stmt, 1);
  return good ? MUSTER_OK : muster_db_damaged(&k->db, err, "its schools cannot be counted");
}

muster_status muster_store_known_begin(const char *path, const muster_import_options *options,
                                       muster_known_pupils *known, muster_error *err) {
  known_store *k = muster_alloc(1, sizeof *k);
  *known = (muster_known_pupils){k, enrol, schools};
  if (!k) return muster_fail_memory(err);
  k->path = path;
  k->key = options->key;
  k->wait = options->wait;
  return MUSTER_OK;
}

void muster_store_known_end(muster_known_pupils *known) {
  known_store *k = known->context;
  if (k && k->db.handle) {
    muster_db_finalize_all(k->stmts, COUNT);
    muster_db_close(&k->db);
  }
  muster_free(k);
  *known = (muster_known_pupils){0};
}
