/* Calendars and half terms, as they were known. */
#include "loading.h"

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
