/* An extension for the stock SQLite shell: virtual tables over the packed rows of a store, and temporary views that put
 * them in the place of the slower views of the file.
 *
 *   muster_mark  one row a mark;  muster_year  one row an enrolment and school year, with its counts.
 *
 * Only reads, and only tables of the database it is asked in. */
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1

#include <stdio.h>
#include <string.h>

#include "packing.h"

enum { PUPIL_ID, SCHOOL_ID, YEAR, FIRST_OWN };
enum { MARK_DATE = FIRST_OWN, MARK_SESSION, MARK_CODE, MARK_COUNTS };
enum { YEAR_COUNTS = FIRST_OWN };

static const char mark_columns[] =
    "CREATE TABLE x (pupil_id TEXT, school_id TEXT, year INTEGER, date TEXT, session TEXT, code TEXT, possible "
    "INTEGER, "
    "present INTEGER, approved INTEGER, authorised INTEGER, unauthorised INTEGER, absent INTEGER, late INTEGER, "
    "illness "
    "INTEGER)";
static const char year_columns[] =
    "CREATE TABLE x (pupil_id TEXT, school_id TEXT, year INTEGER, possible INTEGER, present INTEGER, approved INTEGER, "
    "authorised INTEGER, unauthorised INTEGER, absent INTEGER, late INTEGER, illness INTEGER)";

/* Categories in the order of the columns. */
static const uint8_t counted[] = {MUSTER_POSSIBLE,     MUSTER_PRESENT, MUSTER_APPROVED, MUSTER_AUTHORISED,
                                  MUSTER_UNAUTHORISED, MUSTER_ABSENT,  MUSTER_LATE,     MUSTER_ILLNESS};
enum { COUNTED = sizeof counted };

typedef struct packed_table {
  sqlite3_vtab base;
  sqlite3 *db;
  bool of_years; /* muster_year */
} packed_table;

typedef struct packed_cursor {
  sqlite3_vtab_cursor base;
  sqlite3_stmt *rows;
  bool of_years, end;
  sqlite3_int64 number, school_year;
  char codes[256][MUSTER_CODE_TEXT];
  uint8_t categories[256], most;
  muster_packing packing;
  int dates_of; /* the year that `dates` is of */
  char dates[MUSTER_YEAR_MARKS / 2][MUSTER_DATE_TEXT];
  uint8_t row[MUSTER_YEAR_MARKS];
  size_t place; /* in the packing, of the mark at hand */
  uint32_t counts[COUNTED];
} packed_cursor;

/* ---- the tables ---- */

static int table_connect(sqlite3 *db, void *of_years, int argc, const char *const *argv, sqlite3_vtab **out,
                         char **message) {
  (void)argc, (void)argv, (void)message;
  int result = sqlite3_declare_vtab(db, of_years ? year_columns : mark_columns);
  if (result != SQLITE_OK) return result;
  sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
  packed_table *table = sqlite3_malloc64(sizeof *table);
  if (!table) return SQLITE_NOMEM;
  *table = (packed_table){.db = db, .of_years = of_years != NULL};
  *out = &table->base;
  return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *table) {
  sqlite3_free(table);
  return SQLITE_OK;
}

/* Equalities on pupil, school and year are used; a bit of the plan's number for each. */
static int table_plan(sqlite3_vtab *table, sqlite3_index_info *info) {
  (void)table;
  int at[FIRST_OWN] = {-1, -1, -1};
  for (int i = 0; i < info->nConstraint; i++) {
    int column = info->aConstraint[i].iColumn;
    bool equal = info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ && info->aConstraint[i].usable;
    if (equal && column >= 0 && column < FIRST_OWN) at[column] = i;
  }
  info->idxNum = 0;
  int n = 0;
  for (int c = 0; c < FIRST_OWN; c++) {
    if (at[c] < 0) continue;
    info->aConstraintUsage[at[c]].argvIndex = ++n;
    info->idxNum |= 1 << c; /* checked again by SQLite, which knows about types and collations */
  }
  double rows = 1e7;
  if (info->idxNum & 1 << PUPIL_ID)
    rows = 1e3;
  else if (info->idxNum & 1 << SCHOOL_ID)
    rows = 1e5;
  info->estimatedRows = (sqlite3_int64)rows;
  info->estimatedCost = rows;
  return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
  packed_cursor *cursor = sqlite3_malloc64(sizeof *cursor);
  if (!cursor) return SQLITE_NOMEM;
  memset(cursor, 0, sizeof *cursor);
  cursor->of_years = ((packed_table *)table)->of_years;
  *out = &cursor->base;
  return SQLITE_OK;
}

static int cursor_close(sqlite3_vtab_cursor *base) {
  packed_cursor *c = (packed_cursor *)base;
  sqlite3_finalize(c->rows);
  sqlite3_free(c);
  return SQLITE_OK;
}

/* ---- going through the rows ---- */

static int damaged(packed_cursor *c, const char *what) {
  sqlite3_free(c->base.pVtab->zErrMsg);
  c->base.pVtab->zErrMsg = sqlite3_mprintf("the store is damaged: %s", what);
  return SQLITE_CORRUPT;
}

static int failed(packed_cursor *c, sqlite3 *db, int result) {
  sqlite3_free(c->base.pVtab->zErrMsg);
  c->base.pVtab->zErrMsg = sqlite3_mprintf("%s", sqlite3_errmsg(db));
  return result;
}

static int read_codes(packed_cursor *c, sqlite3 *db) {
  sqlite3_stmt *stmt = NULL;
  int result =
      sqlite3_prepare_v2(db, "SELECT byte, code, categories FROM main.code_row ORDER BY byte", -1, &stmt, NULL);
  if (result != SQLITE_OK) return failed(c, db, result);
  c->most = 0;
  while ((result = sqlite3_step(stmt)) == SQLITE_ROW) {
    const uint8_t *byte = sqlite3_column_blob(stmt, 0);
    const char *code = (const char *)sqlite3_column_text(stmt, 1);
    bool good =
        byte && sqlite3_column_bytes(stmt, 0) == 1 && *byte == c->most + 1 && code && strlen(code) < MUSTER_CODE_TEXT;
    if (!good) break;
    memcpy(c->codes[*byte], code, strlen(code) + 1);
    c->categories[*byte] = (uint8_t)sqlite3_column_int(stmt, 2);
    c->most = *byte;
  }
  sqlite3_finalize(stmt);
  return result == SQLITE_DONE ? SQLITE_OK : damaged(c, "a code makes no sense");
}

static const uint8_t *blob_of(sqlite3_stmt *stmt, int column, size_t *n) {
  static const uint8_t none[1];
  const void *at = sqlite3_column_blob(stmt, column);
  *n = at ? (size_t)sqlite3_column_bytes(stmt, column) : 0;
  return at ? at : none;
}

enum { COLUMN_SCHOOL_YEAR = 3, COLUMN_SESSIONS, COLUMN_USUAL, COLUMN_RUNS, COLUMN_PLAIN };

static void count_row(packed_cursor *c) {
  uint32_t tally[256] = {0};
  for (size_t i = 0; i < c->packing.count; i++) tally[c->row[c->packing.slots[i]]]++;
  memset(c->counts, 0, sizeof c->counts);
  for (unsigned mark = 1; mark <= c->most; mark++)
    for (int k = 0; tally[mark] && k < COUNTED; k++)
      if (c->categories[mark] & counted[k]) c->counts[k] += tally[mark];
}

static int take_row(packed_cursor *c) {
  size_t n, m;
  sqlite3_int64 school_year = sqlite3_column_int64(c->rows, COLUMN_SCHOOL_YEAR);
  if (school_year != c->school_year) {
    const uint8_t *sessions = blob_of(c->rows, COLUMN_SESSIONS, &n), *usual = blob_of(c->rows, COLUMN_USUAL, &m);
    if (!muster_packing_read(&c->packing, sessions, n, usual, m, c->most))
      return damaged(c, "the sessions of a school year make no sense");
    c->school_year = school_year;
  }
  bool plain = sqlite3_column_type(c->rows, COLUMN_RUNS) == SQLITE_NULL;
  const uint8_t *bytes = blob_of(c->rows, plain ? COLUMN_PLAIN : COLUMN_RUNS, &n);
  muster_packed packed = {plain ? NULL : bytes, plain ? bytes : NULL, n};
  if (!muster_row_unpack(&c->packing, &packed, c->row)) return damaged(c, "a row of marks makes no sense");
  if (c->of_years) count_row(c);
  return SQLITE_OK;
}

/* The next row of the store, or the end. */
static int next_row(packed_cursor *c) {
  int result = sqlite3_step(c->rows);
  c->end = result != SQLITE_ROW;
  if (result == SQLITE_DONE) return SQLITE_OK;
  return result == SQLITE_ROW ? take_row(c) : result;
}

static uint8_t mark_at_hand(const packed_cursor *c) {
  return c->place < c->packing.count ? c->row[c->packing.slots[c->place]] : 0;
}

/* The first mark at or after the place, in this row or a later one. */
static int find_mark(packed_cursor *c) {
  while (!c->end) {
    while (c->place < c->packing.count && !mark_at_hand(c)) c->place++;
    if (c->place < c->packing.count) return SQLITE_OK;
    c->place = 0;
    int result = next_row(c);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

static int cursor_next(sqlite3_vtab_cursor *base) {
  packed_cursor *c = (packed_cursor *)base;
  c->number++;
  if (c->of_years) return next_row(c);
  c->place++;
  return find_mark(c);
}

static int cursor_filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv) {
  (void)text;
  packed_cursor *c = (packed_cursor *)base;
  sqlite3 *db = ((packed_table *)base->pVtab)->db;
  sqlite3_finalize(c->rows);
  c->rows = NULL;
  c->school_year = c->dates_of = 0;
  c->number = 0;
  c->place = 0;
  int result = read_codes(c, db);
  if (result != SQLITE_OK) return result;
  char sql[640];
  snprintf(sql, sizeof sql,
           "SELECT e.pupil_id, s.school_id, y.year, y.school_year, y.sessions, y.usual, m.runs, m.plain FROM "
           "main.school_row s JOIN main.school_year_row y USING (school) JOIN main.mark_row m USING (school_year) JOIN "
           "main.enrolment_row e ON e.enrolment = m.enrolment AND e.school = s.school WHERE 1%s%s%s",
           plan & 1 << PUPIL_ID ? " AND e.pupil_id = ?" : "", plan & 1 << SCHOOL_ID ? " AND s.school_id = ?" : "",
           plan & 1 << YEAR ? " AND y.year = ?" : "");
  result = sqlite3_prepare_v2(db, sql, -1, &c->rows, NULL);
  if (result != SQLITE_OK) return failed(c, db, result);
  for (int i = 0; i < argc && result == SQLITE_OK; i++) result = sqlite3_bind_value(c->rows, i + 1, argv[i]);
  if (result == SQLITE_OK) result = next_row(c);
  return result == SQLITE_OK && !c->of_years ? find_mark(c) : result;
}

static int cursor_end(sqlite3_vtab_cursor *base) { return ((packed_cursor *)base)->end; }

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *number) {
  *number = ((packed_cursor *)base)->number;
  return SQLITE_OK;
}

/* ---- columns ---- */

static void make_dates(packed_cursor *c, int year) {
  muster_date monday = muster_week_monday(muster_year_first_week(year));
  for (int slot = 0; slot < MUSTER_YEAR_MARKS; slot += 2)
    muster_date_format(monday + slot / MUSTER_LANE * 7 + slot % MUSTER_LANE / 2, c->dates[slot / 2]);
  c->dates_of = year;
}

static void mark_column(packed_cursor *c, sqlite3_context *context, int column) {
  uint8_t mark = mark_at_hand(c);
  int slot = c->packing.slots[c->place];
  if (column == MARK_DATE) {
    int year = sqlite3_column_int(c->rows, YEAR);
    if (year != c->dates_of) make_dates(c, year);
    sqlite3_result_text(context, c->dates[slot / 2], -1, SQLITE_TRANSIENT);
  } else if (column == MARK_SESSION) {
    sqlite3_result_text(context, slot % 2 ? "PM" : "AM", 2, SQLITE_STATIC);
  } else if (column == MARK_CODE) {
    sqlite3_result_text(context, c->codes[mark], -1, SQLITE_TRANSIENT);
  } else {
    sqlite3_result_int(context, (c->categories[mark] & counted[column - MARK_COUNTS]) != 0);
  }
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
  packed_cursor *c = (packed_cursor *)base;
  if (column < FIRST_OWN)
    sqlite3_result_value(context, sqlite3_column_value(c->rows, column));
  else if (c->of_years)
    sqlite3_result_int64(context, c->counts[column - YEAR_COUNTS]);
  else
    mark_column(c, context, column);
  return SQLITE_OK;
}

/* ---- loading ---- */

static const sqlite3_module module = {
    .xConnect = table_connect, /* and no xCreate: the tables are simply there */
    .xBestIndex = table_plan,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_end,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

static const char views[] =
    "CREATE TEMP VIEW IF NOT EXISTS mark AS SELECT * FROM muster_mark;"
    "CREATE TEMP VIEW IF NOT EXISTS measure_year AS SELECT pupil_id, school_id, year, sum(possible) AS possible, "
    "sum(present) AS present, sum(approved) AS approved, sum(authorised) AS authorised, sum(unauthorised) AS "
    "unauthorised, sum(absent) AS absent, sum(late) AS late, round(1.0 * sum(absent) / nullif(sum(possible), 0), 6) AS "
    "absence_rate, sum(possible) > 0 AND 10 * sum(absent) >= sum(possible) AS persistent, sum(possible) > 0 AND 2 * "
    "sum(absent) >= sum(possible) AS severe FROM muster_year GROUP BY pupil_id, school_id, year;";

/* The name that SQLite works out from the file's. */
__attribute__((visibility("default"))) int sqlite3_mustersql_init(sqlite3 *db, char **message,
                                                                  const sqlite3_api_routines *api);

int sqlite3_mustersql_init(sqlite3 *db, char **message, const sqlite3_api_routines *api) {
  SQLITE_EXTENSION_INIT2(api);
  static char of_years;
  int result = sqlite3_create_module(db, "muster_mark", &module, NULL);
  if (result == SQLITE_OK) result = sqlite3_create_module(db, "muster_year", &module, &of_years);
  if (result == SQLITE_OK) result = sqlite3_exec(db, views, NULL, NULL, message);
  return result;
}
