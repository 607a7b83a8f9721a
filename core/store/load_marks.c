/* Calendars and marks, as they were known. */
#include <string.h>

#include "loading.h"
#include "packed_columns.h"

/* ---- calendars and half terms ---- */

enum { YEAR_BYTES = MUSTER_YEAR_MARKS / 8 };

static muster_status take_calendar(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  bool good = true;
  uint32_t school = muster_numbers_find(&f->schools, sqlite3_column_int64(stmt, 0));
  int year = (int)muster_db_range(stmt, 1, 1900, 2199, &good);
  muster_text weeks = muster_db_text(stmt, 2);
  if (!good || school == MUSTER_NONE || weeks.n != YEAR_BYTES)
    return muster_db_damaged(f->db, err, "a calendar makes no sense");
  if (!MUSTER_GROW(f->given, f->given_capacity, f->given_count)) return muster_fail_memory(err);
  muster_given_year *given = &f->given[f->given_count++];
  *given = (muster_given_year){school, year, -1};
  muster_session base = muster_year_first_week(year) * MUSTER_LANE;
  for (int slot = 0; slot < MUSTER_YEAR_MARKS; slot += 2) {
    if (!((uint8_t)weeks.at[slot / 8] >> slot % 8 & 3)) continue;
    given->last_open = slot + 1;
    MUSTER_TRY(muster_register_day(f->reg, school, muster_session_date(base + slot), MUSTER_DAY_OPEN, err));
  }
  return MUSTER_OK;
}

static muster_status take_half_term(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  bool good = true;
  muster_half_term h = {.start = muster_db_date(stmt, 0, &good),
                        .end = muster_db_date(stmt, 1, &good),
                        .year = (int)muster_db_range(stmt, 2, 1800, 2299, &good),
                        .half_term = (int)muster_db_range(stmt, 3, 0, 6, &good),
                        .term = (muster_term_name)muster_db_range(stmt, 4, MUSTER_AUTUMN, MUSTER_SUMMER, &good)};
  good = good && h.start != MUSTER_NO_DATE && h.end != MUSTER_NO_DATE && h.start <= h.end && h.end - h.start < 400;
  muster_error overlap;
  muster_status status = good ? muster_register_half_term(f->reg, &h, &overlap) : MUSTER_DATA;
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  return status == MUSTER_OK ? MUSTER_OK : muster_db_damaged(f->db, err, "a half term makes no sense");
}

static muster_status each(muster_fetch *f, sqlite3_stmt *stmt,
                          muster_status (*take)(muster_fetch *, sqlite3_stmt *, muster_error *), muster_error *err) {
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, stmt, &row, err));
    if (!row) return MUSTER_OK;
    MUSTER_TRY(take(f, stmt, err));
  }
}

muster_status muster_fetch_calendars(muster_fetch *f, muster_error *err) {
  static const char *const sql[] = {
      "SELECT school, year, weeks FROM calendar_row WHERE known_from <= ?1 AND (known_to IS NULL OR known_to > ?1) AND "
      "school BETWEEN ?2 AND ?3 ORDER BY school, year",
      "SELECT start_date, end_date, year, half_term, term FROM half_term_row WHERE known_from <= ?1 AND "
      "(known_to IS NULL OR known_to > ?1) ORDER BY start_date"};
  sqlite3_stmt *stmts[2];
  MUSTER_TRY(muster_db_prepare_all(f->db, sql, 2, stmts, err));
  for (int i = 0; i < 2; i++) muster_db_bind_int(f->db, stmts[i], 1, f->known);
  muster_fetch_bind_schools(f, stmts[0], 2);
  muster_status status = each(f, stmts[0], take_calendar, err);
  if (status == MUSTER_OK) status = each(f, stmts[1], take_half_term, err);
  muster_db_finalize_all(stmts, 2);
  return status;
}

/* ---- marks ---- */

enum { YEARS, ROWS, BEFORE, ARRIVALS, COUNT };
static const char *const sql[COUNT] = {
    [YEARS] =
        "SELECT y.school_year, y.school, y.year, y.sessions, y.usual FROM school_year_row y "
        "WHERE y.school BETWEEN ?2 AND ?3 AND y.year BETWEEN ?4 AND ?5 AND EXISTS "
        "(SELECT 1 FROM arrival_row a WHERE a.school_year = y.school_year AND a.import <= ?1) "
        "ORDER BY y.school, y.year",
    [ROWS] = "SELECT enrolment, runs, plain FROM mark_row WHERE school_year = ? ORDER BY enrolment",
    [BEFORE] = ("SELECT enrolment, runs FROM mark_before WHERE school_year = ?1 AND known_to > ?2 "
                "ORDER BY enrolment, known_to DESC"),
    [ARRIVALS] = "SELECT runs FROM arrival_row WHERE school_year = ?1 AND import > ?2"};

typedef struct marks_fetch {
  muster_fetch *f;
  sqlite3_stmt *stmts[COUNT];
  int64_t school_year;
  uint32_t school;
  int year;
  uint32_t place;                     /* of the year in the register */
  muster_packing packing;             /* in bytes of the store */
  uint8_t unknown[MUSTER_YEAR_MARKS]; /* sessions that had not arrived by then */
  int infer_from;                     /* slot from which on open days are those with marks; MUSTER_YEAR_MARKS = none */
  uint8_t closure;
  uint8_t seen[MUSTER_YEAR_MARKS];
  size_t given_at;
} marks_fetch;

static muster_status bad_marks(const marks_fetch *m, muster_error *err) {
  return muster_db_damaged(m->f->db, err, "a row of marks makes no sense");
}

/* Bytes of the store into marks. False when a code has no meaning on its day. */
static bool translate(const marks_fetch *m, uint8_t row[MUSTER_YEAR_MARKS]) {
  const muster_fetch *f = m->f;
  if (!f->marks_differ) return true;
  muster_session base = muster_year_first_week(m->year) * MUSTER_LANE;
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

/* Puts back what later imports replaced, the latest first. `before` stands on the first row of this enrolment or of one
 * further on. */
static muster_status turn_back(marks_fetch *m, int64_t enrolment, bool *more, uint8_t row[MUSTER_YEAR_MARKS],
                               muster_error *err) {
  sqlite3_stmt *before = m->stmts[BEFORE];
  while (*more && sqlite3_column_int64(before, 0) <= enrolment) {
    muster_text runs = muster_db_text(before, 1);
    if (sqlite3_column_int64(before, 0) == enrolment &&
        !muster_runs_put(&m->packing, (const uint8_t *)runs.at, runs.n, row))
      return bad_marks(m, err);
    MUSTER_TRY(muster_db_next(m->f->db, before, more, err));
  }
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) row[i] = m->unknown[i] ? 0 : row[i];
  return MUSTER_OK;
}

static bool empty_row(const uint8_t row[MUSTER_YEAR_MARKS]) {
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++)
    if (row[i]) return false;
  return true;
}

static void see(marks_fetch *m, const uint8_t row[MUSTER_YEAR_MARKS]) {
  for (int i = m->infer_from; i < MUSTER_YEAR_MARKS; i++)
    m->seen[i] |= (uint8_t)((row[i] != 0) & (row[i] != m->closure));
}

static muster_status take_row(marks_fetch *m, bool *more, muster_error *err) {
  muster_fetch *f = m->f;
  sqlite3_stmt *rows = m->stmts[ROWS];
  int64_t enrolment = sqlite3_column_int64(rows, 0);
  uint32_t pupil = muster_numbers_find(&f->pupils, enrolment);
  if (pupil == MUSTER_NONE && f->historical) return MUSTER_OK; /* enrolled later */
  if (pupil == MUSTER_NONE || f->reg->pupils[pupil].school != m->school) return bad_marks(m, err);
  muster_packed packed = muster_column_packed(rows, 1);
  uint8_t then[MUSTER_YEAR_MARKS], *row = then;
  if (!f->historical && !(row = muster_register_row(f->reg, pupil, m->place))) return muster_fail_memory(err);
  if (!muster_row_unpack(&m->packing, &packed, row)) return bad_marks(m, err);
  if (f->historical) {
    MUSTER_TRY(turn_back(m, enrolment, more, then, err));
    if (empty_row(then)) return MUSTER_OK;
    if (!(row = muster_register_row(f->reg, pupil, m->place))) return muster_fail_memory(err);
    memcpy(row, then, sizeof then);
  }
  if (!translate(m, row)) return bad_marks(m, err);
  see(m, row);
  return MUSTER_OK;
}

static muster_status read_arrivals(marks_fetch *m, muster_error *err) {
  sqlite3_stmt *arrivals = m->stmts[ARRIVALS];
  memset(m->unknown, 0, sizeof m->unknown);
  if (!m->f->historical) return MUSTER_OK;
  muster_db_bind_int(m->f->db, arrivals, 1, m->school_year);
  muster_db_bind_int(m->f->db, arrivals, 2, m->f->known);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(m->f->db, arrivals, &row, err));
    if (!row) return MUSTER_OK;
    muster_text runs = muster_db_text(arrivals, 0);
    if (!muster_runs_put(&m->packing, (const uint8_t *)runs.at, runs.n, m->unknown)) return bad_marks(m, err);
  }
}

/* From where on the days of this school's year are open because of their marks: after the last day of a given calendar,
 * and everywhere in a year without one when the school has one for another year. */
static void find_inferred(marks_fetch *m) {
  const muster_fetch *f = m->f;
  bool any = false;
  m->infer_from = MUSTER_YEAR_MARKS;
  while (m->given_at < f->given_count && f->given[m->given_at].school < m->school) m->given_at++;
  for (size_t i = m->given_at; i < f->given_count && f->given[i].school == m->school; i++) {
    any = true;
    if (f->given[i].year == m->year) m->infer_from = f->given[i].last_open + 1;
  }
  if (any && m->infer_from == MUSTER_YEAR_MARKS) m->infer_from = 0;
  for (size_t i = m->given_at; i < f->given_count && f->given[i].school == m->school; i++)
    if (f->given[i].year == m->year && f->given[i].last_open == MUSTER_YEAR_MARKS - 1)
      m->infer_from = MUSTER_YEAR_MARKS;
  memset(m->seen, 0, sizeof m->seen);
}

static muster_status open_seen(marks_fetch *m, muster_error *err) {
  muster_session base = muster_year_first_week(m->year) * MUSTER_LANE;
  for (int slot = 0; slot < MUSTER_YEAR_MARKS; slot += 2)
    if (m->seen[slot] | m->seen[slot + 1])
      MUSTER_TRY(muster_register_day(m->f->reg, m->school, muster_session_date(base + slot), MUSTER_DAY_OPEN, err));
  return MUSTER_OK;
}

static muster_status take_year(marks_fetch *m, muster_error *err) {
  muster_fetch *f = m->f;
  sqlite3_stmt *years = m->stmts[YEARS], *rows = m->stmts[ROWS], *before = m->stmts[BEFORE];
  bool good = true, more = false;
  m->school_year = sqlite3_column_int64(years, 0);
  m->school = muster_numbers_find(&f->schools, sqlite3_column_int64(years, 1));
  m->year = (int)muster_db_range(years, 2, 1900, 2199, &good);
  if (!good || m->school == MUSTER_NONE || !muster_column_packing(years, 3, f->most_byte, &m->packing))
    return bad_marks(m, err);
  muster_place place;
  MUSTER_TRY(muster_register_place(f->reg, muster_date_of(m->year, 9, 1), &place, err));
  m->place = place.year;
  m->closure = muster_codes_mark(&f->reg->codes, MUSTER_TEXT("#"), muster_date_of(m->year, 9, 1));
  MUSTER_TRY(read_arrivals(m, err));
  find_inferred(m);
  if (f->historical) {
    muster_db_bind_int(f->db, before, 1, m->school_year);
    muster_db_bind_int(f->db, before, 2, f->known);
    MUSTER_TRY(muster_db_next(f->db, before, &more, err));
  }
  muster_db_bind_int(f->db, rows, 1, m->school_year);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, rows, &row, err));
    if (!row) break;
    MUSTER_TRY(take_row(m, &more, err));
  }
  if (more) sqlite3_reset(before);
  return open_seen(m, err);
}

static muster_status take_years(marks_fetch *m, muster_error *err) {
  muster_fetch *f = m->f;
  sqlite3_stmt *years = m->stmts[YEARS];
  muster_db_bind_int(f->db, years, 1, f->known);
  muster_fetch_bind_schools(f, years, 2);
  muster_db_bind_int(f->db, years, 4, f->options->from_year ? f->options->from_year : INT64_MIN);
  muster_db_bind_int(f->db, years, 5, f->options->to_year ? f->options->to_year : INT64_MAX);
  uint64_t done = 0;
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(f->db, years, &row, err));
    if (!row) return MUSTER_OK;
    MUSTER_TRY(take_year(m, err));
    muster_progress_tell(f->options->progress, "school years", ++done, 0);
  }
}

muster_status muster_fetch_marks(muster_fetch *f, muster_error *err) {
  marks_fetch m = {.f = f};
  MUSTER_TRY(muster_db_prepare_all(f->db, sql, COUNT, m.stmts, err));
  muster_status status = take_years(&m, err);
  muster_db_finalize_all(m.stmts, COUNT);
  return status;
}
