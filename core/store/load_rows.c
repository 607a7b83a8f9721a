/* Reading packed rows into memory, ahead of those who need them. */
#include "load_rows.h"

#include <pthread.h>

#include "packed_columns.h"

struct muster_reading_rows {
  const muster_fetch *f;
  muster_stored_rows rows;
  pthread_t thread;
  bool threaded, joined;
  muster_status status;
  muster_error err;
};

static muster_status take(muster_stored_rows *rows, sqlite3_stmt *stmt, muster_error *err) {
  if (!MUSTER_GROW(rows->at, rows->capacity, rows->count)) return muster_fail_memory(err);
  muster_packed packed = muster_column_packed(stmt, 2);
  const uint8_t **bytes = packed.plain ? &packed.plain : &packed.runs;
  *bytes = (const uint8_t *)muster_arena_copy(&rows->arena, (const char *)*bytes, packed.n);
  if (!*bytes) return muster_fail_memory(err);
  rows->at[rows->count++] = (muster_stored_row){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), packed};
  return MUSTER_OK;
}

static muster_status read_rows(struct muster_reading_rows *r, muster_db *db, muster_error *err) {
  static const char all[] = "SELECT school_year, enrolment, runs, plain FROM mark_row ORDER BY school_year, enrolment";
  static const char some[] =
      "SELECT school_year, enrolment, runs, plain FROM mark_row WHERE school_year IN (SELECT school_year FROM "
      "school_year_row WHERE school BETWEEN ?1 AND ?2 AND year BETWEEN ?3 AND ?4) ORDER BY school_year, enrolment";
  const muster_fetch *f = r->f;
  bool limited = !f->everything || f->options->from_year || f->options->to_year;
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(db, limited ? some : all, &stmt, err));
  if (limited) {
    const int64_t limits[] = {f->first_school, f->last_school, f->from_year, f->to_year};
    for (int i = 0; i < 4; i++) muster_db_bind_int(db, stmt, i + 1, limits[i]);
  }
  muster_status status;
  for (bool row; (status = muster_db_next(db, stmt, &row, err)) == MUSTER_OK && row;)
    if ((status = take(&r->rows, stmt, err)) != MUSTER_OK) break;
  sqlite3_finalize(stmt);
  return status;
}

/* Another connection sees another moment; it is the same state of the data when no import came in between. */
static muster_status read_apart(struct muster_reading_rows *r, muster_error *err) {
  muster_db db;
  int64_t latest;
  MUSTER_TRY(muster_db_open(r->f->db->path, MUSTER_DB_READ, r->f->options->wait, &db, err));
  muster_status status = muster_db_exec(&db, "BEGIN", err);
  if (status == MUSTER_OK) status = muster_db_int(&db, "SELECT max(import) FROM import_row", &latest, err);
  if (status == MUSTER_OK && latest == r->f->latest)
    status = read_rows(r, &db, err);
  else if (status == MUSTER_OK)
    r->threaded = false; /* to be read again */
  muster_db_close(&db);
  return status;
}

static void *in_thread(void *context) {
  struct muster_reading_rows *r = context;
  r->status = read_apart(r, &r->err);
  return NULL;
}

muster_status muster_rows_begin(struct muster_reading_rows **reading, const muster_fetch *f, muster_error *err) {
  struct muster_reading_rows *r = muster_alloc(1, sizeof *r);
  *reading = r;
  if (!r) return muster_fail_memory(err);
  r->f = f;
  r->joined = true;
  if (f->options->jobs < 2) return MUSTER_OK;
  r->threaded = true;
  r->joined = pthread_create(&r->thread, NULL, in_thread, r) != 0;
  if (r->joined) r->threaded = false; /* no thread to be had: read when they are needed */
  return MUSTER_OK;
}

static void join(struct muster_reading_rows *r) {
  if (!r->joined) pthread_join(r->thread, NULL);
  r->joined = true;
}

muster_status muster_rows_end(struct muster_reading_rows *r, const muster_stored_rows **rows, muster_error *err) {
  join(r);
  if (r->status != MUSTER_OK && err) *err = r->err;
  if (r->status == MUSTER_OK && !r->threaded) r->status = read_rows(r, r->f->db, err);
  *rows = &r->rows;
  return r->status;
}

void muster_rows_free(struct muster_reading_rows *r) {
  if (!r) return;
  join(r);
  muster_free(r->rows.at);
  muster_arena_free(&r->rows.arena);
  muster_free(r);
}

size_t muster_rows_find(const muster_stored_rows *rows, int64_t school_year) {
  size_t low = 0, high = rows->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (rows->at[middle].school_year < school_year)
      low = middle + 1;
    else
      high = middle;
  }
  return low < rows->count && rows->at[low].school_year == school_year ? low : rows->count;
}
