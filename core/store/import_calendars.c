/* Calendars that were given, and half terms. What is merely inferred from marks is inferred again when a store is
 * loaded, so that days can still be added to it. */
#include <string.h>

#include "importing.h"

enum { CALENDAR, CLOSE_CALENDAR, ADD_CALENDAR, HALF_TERM, CLOSE_HALF_TERM, ADD_HALF_TERM, COUNT };
static const char *const sql[COUNT] = {
    [CALENDAR] = "SELECT weeks FROM calendar_row WHERE school = ? AND year = ? AND known_to IS NULL",
    [CLOSE_CALENDAR] = "UPDATE calendar_row SET known_to = ?3 WHERE school = ?1 AND year = ?2 AND known_to IS NULL",
    [ADD_CALENDAR] = "INSERT INTO calendar_row (school, year, known_from, weeks) VALUES (?, ?, ?, ?)",
    [HALF_TERM] =
        "SELECT 1 FROM half_term_row WHERE start_date = ? AND end_date = ? AND year = ? AND half_term = ? AND "
        "term = ? AND known_to IS NULL",
    [CLOSE_HALF_TERM] =
        "UPDATE half_term_row SET known_to = ?3 WHERE start_date <= ?2 AND end_date >= ?1 AND "
        "known_to IS NULL",
    [ADD_HALF_TERM] =
        "INSERT INTO half_term_row (start_date, end_date, year, half_term, term, known_from) "
        "VALUES (?, ?, ?, ?, ?, ?)"};

enum { WEEK_BYTES = MUSTER_LANE / 8, YEAR_BYTES = MUSTER_YEAR_WEEKS * WEEK_BYTES };

static int32_t weeks_of_year(int year) { return muster_year_first_week(year + 1) - muster_year_first_week(year); }

/* Lanes of the sessions on which anyone at the school has a mark other than a planned closure: what would be inferred.
 */
static void infer(const muster_importing *imp, uint32_t school, const muster_year *year,
                  uint16_t lanes[MUSTER_YEAR_WEEKS]) {
  const muster_register *reg = imp->reg;
  uint8_t closure = muster_codes_mark(&reg->codes, MUSTER_TEXT("#"), muster_date_of(year->year, 9, 1));
  uint8_t seen[MUSTER_YEAR_MARKS] = {0};
  for (uint32_t k = 0; k < reg->schools[school].count; k++) {
    const uint8_t *row = year->rows[reg->by_school[reg->schools[school].first + k]];
    for (int i = 0; row && i < MUSTER_YEAR_MARKS; i++) seen[i] |= (uint8_t)((row[i] != 0) & (row[i] != closure));
  }
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++)
    if (seen[i]) lanes[i / MUSTER_LANE] |= (uint16_t)(3u << (i % MUSTER_LANE & ~1));
}

/* Days before the first and after the last that the new calendar calls open are not in it: there the former word holds.
 */
static void keep_outside(uint16_t lanes[MUSTER_YEAR_WEEKS], const uint8_t *former) {
  int first = 0, last = MUSTER_YEAR_MARKS - 1;
  while (first < MUSTER_YEAR_MARKS && !(lanes[first / MUSTER_LANE] >> first % MUSTER_LANE & 1)) first++;
  while (last >= 0 && !(lanes[last / MUSTER_LANE] >> last % MUSTER_LANE & 1)) last--;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++)
    if ((i < first || i > last) && former[i / 8] >> i % 8 & 1)
      lanes[i / MUSTER_LANE] |= (uint16_t)(1u << i % MUSTER_LANE);
}

static muster_status put_calendar(muster_importing *imp, sqlite3_stmt **stmts, uint32_t school, int year,
                                  uint16_t lanes[MUSTER_YEAR_WEEKS], bool as_inferred, muster_error *err) {
  muster_db *db = imp->db;
  for (int i = CALENDAR; i <= ADD_CALENDAR; i++) {
    muster_db_bind_int(db, stmts[i], 1, imp->schools[school]);
    muster_db_bind_int(db, stmts[i], 2, year);
    if (i != CALENDAR) muster_db_bind_int(db, stmts[i], 3, imp->number);
  }
  bool known = false, same = false;
  uint8_t bytes[YEAR_BYTES];
  if (!imp->fresh) {
    MUSTER_TRY(muster_db_next(db, stmts[CALENDAR], &known, err));
    muster_text former = muster_db_text(stmts[CALENDAR], 0);
    if (known && former.n == YEAR_BYTES) keep_outside(lanes, (const uint8_t *)former.at);
  }
  for (int w = 0; w < MUSTER_YEAR_WEEKS; w++) {
    bytes[2 * w] = (uint8_t)lanes[w];
    bytes[2 * w + 1] = (uint8_t)(lanes[w] >> 8);
  }
  if (known) {
    same = muster_text_equal(muster_db_text(stmts[CALENDAR], 0), (muster_text){(const char *)bytes, YEAR_BYTES});
    sqlite3_reset(stmts[CALENDAR]);
  }
  if (same || (!known && as_inferred)) return MUSTER_OK;
  if (known) {
    MUSTER_TRY(muster_db_run(db, stmts[CLOSE_CALENDAR], err));
    imp->report->facts_changed++;
  } else {
    imp->report->facts_new++;
  }
  imp->changed = true;
  muster_db_bind_blob(db, stmts[ADD_CALENDAR], 4, bytes, YEAR_BYTES);
  return muster_db_run(db, stmts[ADD_CALENDAR], err);
}

static const muster_year *year_of(const muster_register *reg, int year) {
  for (size_t y = 0; y < reg->year_count; y++)
    if (reg->years[y].year == year) return &reg->years[y];
  return NULL;
}

static muster_status put_school(muster_importing *imp, sqlite3_stmt **stmts, uint32_t school, muster_error *err) {
  const muster_open_days *open = &imp->reg->schools[school].open;
  if (open->weeks <= 0) return MUSTER_OK;
  int from = muster_row_year(muster_week_monday(open->first_week));
  int to = muster_row_year(muster_week_monday(open->first_week + open->weeks - 1));
  for (int year = from; year <= to; year++) {
    uint16_t lanes[MUSTER_YEAR_WEEKS] = {0}, inferred[MUSTER_YEAR_WEEKS] = {0};
    const muster_year *marks = year_of(imp->reg, year);
    bool any = false;
    for (int32_t w = 0; w < weeks_of_year(year); w++) {
      lanes[w] = muster_open_lane(open, muster_year_first_week(year) + w);
      any |= lanes[w] != 0;
    }
    if (!any) continue;
    if (marks) infer(imp, school, marks, inferred);
    bool as_inferred = memcmp(lanes, inferred, sizeof lanes) == 0;
    MUSTER_TRY(put_calendar(imp, stmts, school, year, lanes, as_inferred, err));
  }
  return MUSTER_OK;
}

static muster_status put_half_term(muster_importing *imp, sqlite3_stmt **stmts, const muster_half_term *h,
                                   muster_error *err) {
  muster_db *db = imp->db;
  bool known = false;
  for (int i = HALF_TERM; i < COUNT; i++) {
    muster_db_bind_date(db, stmts[i], 1, h->start);
    muster_db_bind_date(db, stmts[i], 2, h->end);
    muster_db_bind_int(db, stmts[i], 3, i == CLOSE_HALF_TERM ? (int64_t)imp->number : h->year);
    if (i == CLOSE_HALF_TERM) continue;
    muster_db_bind_int(db, stmts[i], 4, h->half_term);
    muster_db_bind_int(db, stmts[i], 5, h->term);
  }
  MUSTER_TRY(muster_db_next(db, stmts[HALF_TERM], &known, err));
  sqlite3_reset(stmts[HALF_TERM]);
  if (known) return MUSTER_OK;
  MUSTER_TRY(muster_db_run(db, stmts[CLOSE_HALF_TERM], err));
  if (sqlite3_changes(db->handle))
    imp->report->facts_changed++;
  else
    imp->report->facts_new++;
  muster_db_bind_int(db, stmts[ADD_HALF_TERM], 6, imp->number);
  imp->changed = true;
  return muster_db_run(db, stmts[ADD_HALF_TERM], err);
}

muster_status muster_import_calendars(muster_importing *imp, muster_error *err) {
  const muster_register *reg = imp->reg;
  sqlite3_stmt *stmts[COUNT];
  MUSTER_TRY(muster_db_prepare_all(imp->db, sql, COUNT, stmts, err));
  muster_status status = MUSTER_OK;
  for (uint32_t s = 0; reg->calendar_given && s < reg->school_count && status == MUSTER_OK; s++)
    status = put_school(imp, stmts, s, err);
  for (size_t i = 0; reg->terms_given && i < reg->half_term_count && status == MUSTER_OK; i++)
    status = put_half_term(imp, stmts, &reg->half_terms[i], err);
  muster_db_finalize_all(stmts, COUNT);
  return status;
}
