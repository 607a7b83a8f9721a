/* Marks, as they were known: school years one after another, then their rows by any number of threads. */
#include <string.h>

#include "load_rows.h"
#include "packed_columns.h"

enum { YEARS, BEFORE, ARRIVALS, COUNT };
static const char *const sql[COUNT] = {
    [YEARS] =
        "SELECT y.school_year, y.school, y.year, y.sessions, y.usual FROM school_year_row y "
        "WHERE y.school BETWEEN ?2 AND ?3 AND y.year BETWEEN ?4 AND ?5 AND EXISTS "
        "(SELECT 1 FROM arrival_row a WHERE a.school_year = y.school_year AND a.import <= ?1) "
        "ORDER BY y.school, y.year",
    [BEFORE] = ("SELECT enrolment, runs FROM mark_before WHERE school_year = ?1 AND known_to > ?2 "
                "ORDER BY enrolment, known_to DESC"),
    [ARRIVALS] = "SELECT runs FROM arrival_row WHERE school_year = ?1 AND import > ?2"};

/* What later imports replaced of a row; the latest first. */
typedef struct before_row {
  int64_t enrolment;
  const uint8_t *runs; /* in the arena */
  size_t n;
} before_row;

/* A school's year and its rows. */
typedef struct year_work {
  int64_t school_year;
  uint32_t school, place; /* of the year in the register */
  int year;
  muster_packing packing; /* in bytes of the store */
  size_t first, count;    /* its rows */
  before_row *before;
  size_t before_count, before_capacity;
  uint8_t *unknown; /* sessions that had not arrived by then; NULL = none */
  int infer_from;   /* slot from which on open days are those with marks; MUSTER_YEAR_MARKS = none */
  uint8_t *seen;    /* those days, when there may be any */
} year_work;

typedef struct marks_fetch {
  muster_fetch *f;
  sqlite3_stmt *stmts[COUNT];
  const muster_stored_rows *rows;
  uint8_t **targets; /* rows of the register for the rows of the store; NULL = not wanted */
  year_work **years;
  size_t year_count, year_capacity, given_at;
  uint8_t closure;
  muster_arena arena;
} marks_fetch;

static muster_status bad_marks(const marks_fetch *m, muster_error *err) {
  return muster_db_damaged(m->f->db, err, "a row of marks makes no sense");
}

/* ---- school years, in order ---- */

/* From where on the days of this school's year are open because of their marks: after the last day of a given calendar,
 * and everywhere in a year without one when the school has one for another year. */
static int find_inferred(marks_fetch *m, const year_work *y) {
  const muster_fetch *f = m->f;
  bool any = false;
  while (m->given_at < f->given_count && f->given[m->given_at].school < y->school) m->given_at++;
  for (size_t i = m->given_at; i < f->given_count && f->given[i].school == y->school; i++) {
    any = true;
    if (f->given[i].year == y->year) return f->given[i].last_open + 1;
  }
  return any ? 0 : MUSTER_YEAR_MARKS;
}

static muster_status read_arrivals(marks_fetch *m, year_work *y, muster_error *err) {
  sqlite3_stmt *arrivals = m->stmts[ARRIVALS];
  muster_db_bind_int(m->f->db, arrivals, 1, y->school_year);
  muster_db_bind_int(m->f->db, arrivals, 2, m->f->known);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(m->f->db, arrivals, &row, err));
    if (!row) return MUSTER_OK;
    if (!y->unknown) y->unknown = muster_arena_alloc(&m->arena, MUSTER_YEAR_MARKS);
    if (!y->unknown) return muster_fail_memory(err);
    muster_text runs = muster_db_text(arrivals, 0);
    if (!muster_runs_put(&y->packing, (const uint8_t *)runs.at, runs.n, y->unknown)) return bad_marks(m, err);
  }
}

static muster_status read_before(marks_fetch *m, year_work *y, muster_error *err) {
  sqlite3_stmt *before = m->stmts[BEFORE];
  muster_db_bind_int(m->f->db, before, 1, y->school_year);
  muster_db_bind_int(m->f->db, before, 2, m->f->known);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(m->f->db, before, &row, err));
    if (!row) return MUSTER_OK;
    muster_text runs = muster_db_text(before, 1);
    const char *copy = muster_arena_copy(&m->arena, runs.at, runs.n);
    if (!copy || !MUSTER_GROW(y->before, y->before_capacity, y->before_count)) return muster_fail_memory(err);
    y->before[y->before_count++] = (before_row){sqlite3_column_int64(before, 0), (const uint8_t *)copy, runs.n};
  }
}

/* Rows of the register for the year's rows, from the only thread that may make them. */
static muster_status make_targets(marks_fetch *m, year_work *y, muster_error *err) {
  const muster_fetch *f = m->f;
  y->first = muster_rows_find(m->rows, y->school_year);
  for (size_t i = y->first; i < m->rows->count && m->rows->at[i].school_year == y->school_year; i++, y->count++) {
    uint32_t pupil = muster_numbers_find(&f->pupils, m->rows->at[i].enrolment);
    if (pupil == MUSTER_NONE && f->historical) continue; /* enrolled later */
    if (pupil == MUSTER_NONE || f->reg->pupils[pupil].school != y->school) return bad_marks(m, err);
    m->targets[i] = muster_register_row(f->reg, pupil, y->place);
    if (!m->targets[i]) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status take_year(marks_fetch *m, year_work *y, muster_error *err) {
  muster_fetch *f = m->f;
  sqlite3_stmt *years = m->stmts[YEARS];
  bool good = true;
  y->school_year = sqlite3_column_int64(years, 0);
  y->school = muster_numbers_find(&f->schools, sqlite3_column_int64(years, 1));
  y->year = (int)muster_db_range(years, 2, 1900, 2199, &good);
  if (!good || y->school == MUSTER_NONE || !muster_column_packing(years, 3, f->most_byte, &y->packing))
    return bad_marks(m, err);
  muster_place place;
  MUSTER_TRY(muster_register_place(f->reg, muster_date_of(y->year, 9, 1), &place, err));
  y->infer_from = find_inferred(m, y);
  if (y->infer_from < MUSTER_YEAR_MARKS && !(y->seen = muster_arena_alloc(&m->arena, MUSTER_YEAR_MARKS)))
    return muster_fail_memory(err);
  if (!f->historical) return MUSTER_OK;
  MUSTER_TRY(read_arrivals(m, y, err));
  return read_before(m, y, err);
}

static muster_status take_years(marks_fetch *m, muster_error *err) {
  muster_fetch *f = m->f;
  sqlite3_stmt *years = m->stmts[YEARS];
  muster_db_bind_int(f->db, years, 1, f->known);
  muster_fetch_bind_schools(f, years, 2);
  muster_db_bind_int(f->db, years, 4, f->from_year);
  muster_db_bind_int(f->db, years, 5, f->to_year);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, years, &row, err));
    if (!row) break;
    if (!MUSTER_GROW(m->years, m->year_capacity, m->year_count)) return muster_fail_memory(err);
    year_work *y = muster_alloc(1, sizeof *y);
    if (!y) return muster_fail_memory(err);
    m->years[m->year_count++] = y;
    MUSTER_TRY(take_year(m, y, err));
  }
  /* Places of years are settled only now that every year has been named. */
  for (size_t i = 0; i < m->year_count; i++) {
    year_work *y = m->years[i];
    y->place = (uint32_t)(y->year - f->reg->years[0].year);
    MUSTER_TRY(make_targets(m, y, err));
  }
  return MUSTER_OK;
}

/* ---- rows, in any order ---- */

/* Bytes of the store into marks. False when a code has no meaning on its day. */
static bool translate(const muster_fetch *f, int year, uint8_t row[MUSTER_YEAR_MARKS]) {
  if (!f->marks_differ) return true;
  muster_session base = muster_year_first_week(year) * MUSTER_LANE;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    uint8_t byte = row[i];
    if (!byte) continue;
    row[i] = f->marks[byte];
    if (!row[i])
      row[i] = muster_codes_mark(&f->reg->codes, muster_text_of(f->codes[byte]), muster_session_date(base + i));
    if (!row[i]) return false;
  }
  return true;
}

/* Puts back what later imports replaced. `at` stands on the first of the year's for this enrolment or one further on.
 */
static bool turn_back(const year_work *y, int64_t enrolment, size_t *at, uint8_t row[MUSTER_YEAR_MARKS]) {
  while (*at < y->before_count && y->before[*at].enrolment < enrolment) ++*at;
  for (; *at < y->before_count && y->before[*at].enrolment == enrolment; ++*at)
    if (!muster_runs_put(&y->packing, y->before[*at].runs, y->before[*at].n, row)) return false;
  for (int i = 0; y->unknown && i < MUSTER_YEAR_MARKS; i++) row[i] = y->unknown[i] ? 0 : row[i];
  return true;
}

static muster_status unpack_year(void *context, unsigned worker, size_t item, muster_error *err) {
  (void)worker;
  marks_fetch *m = context;
  year_work *y = m->years[item];
  size_t before = 0;
  for (size_t i = y->first; i < y->first + y->count; i++) {
    uint8_t *row = m->targets[i];
    if (!row) continue;
    const muster_stored_row *stored = &m->rows->at[i];
    bool good = muster_row_unpack(&y->packing, &stored->packed, row) &&
                (!m->f->historical || turn_back(y, stored->enrolment, &before, row)) && translate(m->f, y->year, row);
    if (!good) return bad_marks(m, err);
    for (int slot = y->infer_from; slot < MUSTER_YEAR_MARKS; slot++)
      y->seen[slot] |= (uint8_t)((row[slot] != 0) & (row[slot] != m->closure));
  }
  return MUSTER_OK;
}

/* ---- and what follows from them ---- */

static muster_status open_seen(marks_fetch *m, const year_work *y, muster_error *err) {
  muster_session base = muster_year_first_week(y->year) * MUSTER_LANE;
  for (int slot = 0; y->seen && slot < MUSTER_YEAR_MARKS; slot += 2)
    if (y->seen[slot] | y->seen[slot + 1])
      MUSTER_TRY(muster_register_day(m->f->reg, y->school, muster_session_date(base + slot), MUSTER_DAY_OPEN, err));
  return MUSTER_OK;
}

/* Before the day some rows had no mark yet; a register has none of those. */
static void drop_empty(marks_fetch *m, const year_work *y) {
  static const uint8_t empty[MUSTER_YEAR_MARKS];
  for (size_t i = y->first; m->f->historical && i < y->first + y->count; i++) {
    if (!m->targets[i] || memcmp(m->targets[i], empty, sizeof empty) != 0) continue;
    uint32_t pupil = muster_numbers_find(&m->f->pupils, m->rows->at[i].enrolment);
    m->f->reg->years[y->place].rows[pupil] = NULL;
  }
}

static muster_status work(marks_fetch *m, struct muster_reading_rows *reading, muster_error *err) {
  muster_fetch *f = m->f;
  m->closure = muster_codes_mark(&f->reg->codes, MUSTER_TEXT("#"), 0);
  MUSTER_TRY(muster_rows_end(reading, &m->rows, err));
  m->targets = muster_alloc(m->rows->count, sizeof *m->targets);
  if (!m->targets) return muster_fail_memory(err);
  MUSTER_TRY(take_years(m, err));
  muster_progress_tell(f->options->progress, "marks", 0, m->rows->count);
  MUSTER_TRY(muster_parallel(f->options->jobs, m->year_count, unpack_year, m, err));
  for (size_t i = 0; i < m->year_count; i++) {
    MUSTER_TRY(open_seen(m, m->years[i], err));
    drop_empty(m, m->years[i]);
  }
  return MUSTER_OK;
}

muster_status muster_fetch_marks(muster_fetch *f, struct muster_reading_rows *reading, muster_error *err) {
  marks_fetch m = {.f = f};
  MUSTER_TRY(muster_db_prepare_all(f->db, sql, COUNT, m.stmts, err));
  muster_status status = work(&m, reading, err);
  muster_db_finalize_all(m.stmts, COUNT);
  for (size_t i = 0; i < m.year_count; i++) {
    muster_free(m.years[i]->before);
    muster_free(m.years[i]);
  }
  muster_free(m.years);
  muster_free(m.targets);
  muster_arena_free(&m.arena);
  return status;
}
