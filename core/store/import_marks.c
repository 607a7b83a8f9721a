/* Marks: a school's year at a time. The rows of the store are read, the import's are laid over them, what changed is
 * written, and what was there before goes to the history. */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "importing.h"
#include "packed_columns.h"

enum { YEAR, ADD_YEAR, CHANGE_YEAR, ARRIVAL, ROWS, CALENDAR, COUNT };
static const char *const sql[COUNT] = {
    [YEAR] = "SELECT school_year, sessions, usual FROM school_year_row WHERE school = ? AND year = ?",
    [ADD_YEAR] = "INSERT INTO school_year_row (school, year, sessions, usual) VALUES (?, ?, ?, ?)",
    [CHANGE_YEAR] = "UPDATE school_year_row SET sessions = ?2, usual = ?3 WHERE school_year = ?1",
    [ARRIVAL] = "INSERT INTO arrival_row (school_year, import, runs) VALUES (?, ?, ?)",
    [ROWS] = "SELECT enrolment, runs, plain FROM mark_row WHERE school_year = ? ORDER BY enrolment",
    [CALENDAR] = "SELECT weeks FROM calendar_row WHERE school = ? AND year = ? AND known_to IS NULL"};

static const char row_sql[] = "INSERT INTO mark_row (school_year, enrolment, runs, plain)";
static const char row_again[] =
    " ON CONFLICT (school_year, enrolment) DO UPDATE SET runs = excluded.runs, plain = excluded.plain";
static const char before_sql[] = "INSERT INTO mark_before (school_year, enrolment, known_to, runs)";

/* A row as the store has it. */
typedef struct stored_row {
  uint32_t enrolment;
  muster_packed packed;
} stored_row;

typedef struct marks_work {
  muster_importing *imp;
  sqlite3_stmt *stmts[COUNT];
  muster_batch *written, *before_rows; /* the first is always written before the second */
  uint8_t presence[256];               /* marks of the register that stand for implied presence */
  muster_session explicit_from, explicit_to;

  /* of the school year at hand */
  uint32_t school, school_year; /* numbers in the store */
  const muster_year *year;
  muster_packing before, now;
  bool grown; /* it has sessions that it had not before */
  uint8_t closed[MUSTER_YEAR_MARKS];
  bool any_closed;
  stored_row *rows;
  size_t row_count, row_capacity;
  muster_arena arena;     /* of the rows */
  uint8_t (*counts)[256]; /* of each mark in each slot, among a sample */
} marks_work;

/* ---- the import's marks ---- */

/* The import's row for an assignment, in bytes of the store. NULL when there is none. */
static const uint8_t *incoming(const marks_work *w, const muster_assignment *a, uint8_t room[MUSTER_YEAR_MARKS]) {
  const uint8_t *row = w->year->rows[a->pupil];
  if (!row || !w->imp->bytes_differ) return row;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) room[i] = w->imp->bytes[row[i]];
  return room;
}

/* Implied presence says something only about the days that the absences cover; elsewhere it must not replace what was
 * recorded. */
static const uint8_t *without_weak(const marks_work *w, const uint8_t *row, const uint8_t *old,
                                   uint8_t room[MUSTER_YEAR_MARKS]) {
  if (!w->imp->reg->presence_implied) return row;
  int64_t base = (int64_t)w->year->first_week * MUSTER_LANE;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    bool covered = base + i >= w->explicit_from && base + i < w->explicit_to;
    room[i] = !covered && old[i] && w->presence[row[i]] ? 0 : row[i];
  }
  return room;
}

/* ---- sessions and usual marks ---- */

enum { SAMPLE = 64 };

/* The most frequent mark of each new session among a sample of pupils; any will do, a good one keeps the rows short. */
static void lay_out(marks_work *w, const muster_assignment *a, size_t n, const uint8_t seen[MUSTER_YEAR_MARKS]) {
  uint8_t lanes[MUSTER_YEAR_MARKS], room[MUSTER_YEAR_MARKS], fresh[MUSTER_YEAR_MARKS];
  memcpy(lanes, w->before.lanes, sizeof lanes);
  w->grown = false;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    fresh[i] = seen[i] && !lanes[i];
    if (fresh[i]) lanes[i] = seen[i];
    w->grown |= fresh[i];
  }
  memset(w->counts, 0, MUSTER_YEAR_MARKS * sizeof *w->counts);
  for (size_t k = 0, step = n > SAMPLE ? n / SAMPLE + 1 : 1; w->grown && k < n; k += step) {
    const uint8_t *row = incoming(w, &a[k], room);
    for (int i = 0; row && i < MUSTER_YEAR_MARKS; i++) {
      uint8_t mark = row[i];
      if (fresh[i] && mark && ++w->counts[i][mark] > w->counts[i][lanes[i]]) lanes[i] = mark;
    }
  }
  muster_packing_make(&w->now, lanes, w->imp->most_byte);
}

/* Any mark of each session. False when there are none at all. */
static bool see(const marks_work *w, const muster_assignment *a, size_t n, uint8_t seen[MUSTER_YEAR_MARKS]) {
  uint8_t room[MUSTER_YEAR_MARKS];
  memset(seen, 0, MUSTER_YEAR_MARKS);
  for (size_t k = 0; k < n; k++) {
    const uint8_t *row = incoming(w, &a[k], room);
    for (int i = 0; row && i < MUSTER_YEAR_MARKS; i++) seen[i] = row[i] > seen[i] ? row[i] : seen[i];
  }
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++)
    if (seen[i]) return true;
  return false;
}

/* ---- what the store has ---- */

static muster_status read_packing(marks_work *w, muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *year = w->stmts[YEAR];
  bool there = false;
  w->school_year = 0;
  muster_packing_make(&w->before, (const uint8_t[MUSTER_YEAR_MARKS]){0}, w->imp->most_byte);
  if (w->imp->fresh) return MUSTER_OK;
  muster_db_bind_int(db, year, 1, w->school);
  muster_db_bind_int(db, year, 2, w->year->year);
  MUSTER_TRY(muster_db_next(db, year, &there, err));
  if (!there) return MUSTER_OK;
  w->school_year = (uint32_t)sqlite3_column_int64(year, 0);
  bool good = muster_column_packing(year, 1, w->imp->most_byte, &w->before);
  sqlite3_reset(year);
  return good ? MUSTER_OK : muster_db_damaged(db, err, "the sessions of a school year make no sense");
}

static muster_status read_rows(marks_work *w, muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *rows = w->stmts[ROWS];
  w->row_count = 0;
  muster_arena_free(&w->arena);
  if (!w->school_year) return MUSTER_OK;
  muster_db_bind_int(db, rows, 1, w->school_year);
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(db, rows, &row, err));
    if (!row) return MUSTER_OK;
    if (!MUSTER_GROW(w->rows, w->row_capacity, w->row_count)) return muster_fail_memory(err);
    muster_packed packed = muster_column_packed(rows, 1);
    const char *bytes = (const char *)(packed.plain ? packed.plain : packed.runs);
    const uint8_t *copy = (const uint8_t *)muster_arena_copy(&w->arena, bytes, packed.n);
    if (!copy) return muster_fail_memory(err);
    if (packed.plain)
      packed.plain = copy;
    else
      packed.runs = copy;
    w->rows[w->row_count++] = (stored_row){(uint32_t)sqlite3_column_int64(rows, 0), packed};
  }
}

/* Days that the store's calendar of the school calls closed, up to the last day it calls open. */
static muster_status read_closed(marks_work *w, muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *calendar = w->stmts[CALENDAR];
  memset(w->closed, 0, sizeof w->closed);
  w->any_closed = false;
  muster_db_bind_int(db, calendar, 1, w->school);
  muster_db_bind_int(db, calendar, 2, w->year->year);
  bool there;
  MUSTER_TRY(muster_db_next(db, calendar, &there, err));
  if (!there) return MUSTER_OK;
  muster_text weeks = muster_db_text(calendar, 0);
  bool opens_later = false;
  for (int i = MUSTER_YEAR_MARKS - 1; i >= 0 && weeks.n == MUSTER_YEAR_MARKS / 8; i--) {
    bool open = (uint8_t)weeks.at[i / 8] >> i % 8 & 1;
    w->closed[i] = opens_later && !open;
    w->any_closed |= w->closed[i];
    opens_later |= open;
  }
  sqlite3_reset(calendar);
  return MUSTER_OK;
}

/* ---- writing ---- */

static muster_status write_packing(marks_work *w, muster_error *err) {
  muster_db *db = w->imp->db;
  uint8_t sessions[2 * MUSTER_YEAR_MARKS], usual[MUSTER_YEAR_MARKS], runs[MUSTER_RUN_BYTES * MUSTER_YEAR_MARKS];
  muster_packing_write(&w->now, sessions, usual);
  sqlite3_stmt *stmt = w->stmts[w->school_year ? CHANGE_YEAR : ADD_YEAR];
  int at = 1;
  if (w->school_year) {
    muster_db_bind_int(db, stmt, at++, w->school_year);
  } else {
    muster_db_bind_int(db, stmt, at++, w->school);
    muster_db_bind_int(db, stmt, at++, w->year->year);
  }
  muster_db_bind_blob(db, stmt, at++, sessions, 2 * w->now.count);
  muster_db_bind_blob(db, stmt, at, usual, w->now.count);
  MUSTER_TRY(muster_db_run(db, stmt, err));
  if (!w->school_year) w->school_year = (uint32_t)sqlite3_last_insert_rowid(db->handle);

  uint8_t arrived[MUSTER_YEAR_MARKS], ones[MUSTER_YEAR_MARKS];
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    arrived[i] = w->now.lanes[i] && !w->before.lanes[i];
    ones[i] = 1;
  }
  size_t n = muster_runs_write(&w->now, arrived, ones, runs);
  sqlite3_stmt *arrival = w->stmts[ARRIVAL];
  muster_db_bind_int(db, arrival, 1, w->school_year);
  muster_db_bind_int(db, arrival, 2, w->imp->number);
  muster_db_bind_blob(db, arrival, 3, runs, n);
  w->imp->changed = true;
  return muster_db_run(db, arrival, err);
}

static muster_status write_row(marks_work *w, uint32_t enrolment, const uint8_t row[MUSTER_YEAR_MARKS],
                               muster_error *err) {
  muster_cell *cells;
  uint8_t *bytes;
  muster_packed packed;
  MUSTER_TRY(muster_batch_row(w->written, &cells, &bytes, err));
  muster_row_pack(&w->now, row, bytes, &packed);
  cells[0] = muster_cell_int(w->school_year);
  cells[1] = muster_cell_int(enrolment);
  cells[2] = muster_cell_blob(packed.runs, packed.n);
  cells[3] = muster_cell_blob(packed.plain, packed.n);
  w->imp->changed = true;
  return MUSTER_OK;
}

static muster_status flush(marks_work *w, muster_error *err) {
  MUSTER_TRY(muster_batch_flush(w->written, err));
  return muster_batch_flush(w->before_rows, err);
}

static muster_status write_before(marks_work *w, uint32_t enrolment, const uint8_t change[MUSTER_YEAR_MARKS],
                                  const uint8_t old[MUSTER_YEAR_MARKS], muster_error *err) {
  uint8_t runs[MUSTER_RUN_BYTES * MUSTER_YEAR_MARKS], *bytes;
  size_t n = muster_runs_write(&w->now, change, old, runs);
  if (n == 0) return MUSTER_OK;
  if (w->before_rows->rows == MUSTER_BATCH_ROWS) MUSTER_TRY(flush(w, err));
  muster_cell *cells;
  MUSTER_TRY(muster_batch_row(w->before_rows, &cells, &bytes, err));
  const uint8_t *kept = bytes;
  if (n <= MUSTER_BATCH_SCRATCH)
    memcpy(bytes, runs, n);
  else
    kept = (const uint8_t *)muster_arena_copy(&w->arena, (const char *)runs, n);
  if (!kept) return muster_fail_memory(err);
  cells[0] = muster_cell_int(w->school_year);
  cells[1] = muster_cell_int(enrolment);
  cells[2] = muster_cell_int(w->imp->number);
  cells[3] = muster_cell_blob(kept, n);
  return MUSTER_OK;
}

/* ---- laying one over the other ---- */

typedef struct merged {
  uint8_t row[MUSTER_YEAR_MARKS];
  uint8_t change[MUSTER_YEAR_MARKS]; /* 1 where a mark changed that the history must know of */
  uint32_t added, changed, same, on_closed;
} merged;

/* Sessions that arrive for the whole school with this import need no history of their own; see arrival_row. */
static void lay_over(const marks_work *w, const uint8_t old[MUSTER_YEAR_MARKS], const uint8_t in[MUSTER_YEAR_MARKS],
                     merged *m) {
  uint32_t added = 0, changed = 0, same = 0, on_closed = 0;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) {
    uint8_t given = in[i] != 0, had = old[i] != 0, differs = in[i] != old[i], had_session = w->before.lanes[i] != 0;
    m->row[i] = given ? in[i] : old[i];
    m->change[i] = (uint8_t)(given & differs & had_session);
    added += given & !had;
    changed += given & had & differs;
    same += given & had & !differs;
    on_closed += given & !had & w->closed[i];
  }
  m->added = added;
  m->changed = changed;
  m->same = same;
  m->on_closed = on_closed;
}

static const uint8_t no_marks[MUSTER_YEAR_MARKS];

/* Most rows of a first import: nothing was there, so there is nothing to lay over. */
static muster_status put_new_row(marks_work *w, const muster_assignment *a, const uint8_t in[MUSTER_YEAR_MARKS],
                                 muster_error *err) {
  uint32_t added = 0, on_closed = 0;
  for (int i = 0; i < MUSTER_YEAR_MARKS; i++) added += in[i] != 0;
  for (int i = 0; w->any_closed && i < MUSTER_YEAR_MARKS; i++) on_closed += (in[i] != 0) & w->closed[i];
  w->imp->report->marks_new += added;
  w->imp->report->marks_on_closed_days += on_closed;
  return added ? write_row(w, a->enrolment, in, err) : MUSTER_OK;
}

/* One enrolment: `stored` and `a` may be NULL, not both. */
static muster_status put_row(marks_work *w, const stored_row *stored, const muster_assignment *a, muster_error *err) {
  uint8_t old[MUSTER_YEAR_MARKS], room[MUSTER_YEAR_MARKS], strong[MUSTER_YEAR_MARKS];
  if (stored && !muster_row_unpack(&w->before, &stored->packed, old))
    return muster_db_damaged(w->imp->db, err, "a row of marks holds what it cannot");
  const uint8_t *had = stored ? old : no_marks;
  const uint8_t *in = a ? incoming(w, a, room) : NULL;
  if (!in) return stored && w->grown ? write_row(w, stored->enrolment, old, err) : MUSTER_OK;

  if (!stored && a->is_new) return put_new_row(w, a, in, err);
  merged m;
  lay_over(w, had, without_weak(w, in, had, strong), &m);
  muster_import_report *report = w->imp->report;
  report->marks_new += m.added;
  report->marks_changed += m.changed;
  report->marks_unchanged += m.same;
  report->marks_on_closed_days += m.on_closed;
  bool any = m.added || m.changed;
  if (!any && !(stored && w->grown)) return MUSTER_OK;
  MUSTER_TRY(write_row(w, a->enrolment, m.row, err));
  return a->is_new ? MUSTER_OK : write_before(w, a->enrolment, m.change, had, err);
}

static muster_status put_school_year(marks_work *w, const muster_assignment *a, size_t n, muster_error *err) {
  uint8_t seen[MUSTER_YEAR_MARKS];
  if (!see(w, a, n, seen)) return MUSTER_OK;
  MUSTER_TRY(read_packing(w, err));
  MUSTER_TRY(read_rows(w, err));
  MUSTER_TRY(read_closed(w, err));
  lay_out(w, a, n, seen);
  if (w->grown) MUSTER_TRY(write_packing(w, err));
  for (size_t i = 0, k = 0; i < n || k < w->row_count;) {
    const muster_assignment *next = i < n ? &a[i] : NULL;
    const stored_row *stored = k < w->row_count ? &w->rows[k] : NULL;
    if (next && stored && next->enrolment < stored->enrolment) stored = NULL;
    if (next && stored && next->enrolment > stored->enrolment) next = NULL;
    MUSTER_TRY(put_row(w, stored, next, err));
    i += next != NULL;
    k += stored != NULL;
  }
  return flush(w, err);
}

/* ---- all of them ---- */

static int by_school_and_enrolment(const void *a, const void *b) {
  const muster_assignment *x = a, *y = b;
  if (x->school != y->school) return x->school < y->school ? -1 : 1;
  return (x->enrolment > y->enrolment) - (x->enrolment < y->enrolment);
}

static bool in_order(const muster_importing *imp) {
  for (size_t i = 1; i < imp->assignment_count; i++)
    if (by_school_and_enrolment(&imp->assignments[i - 1], &imp->assignments[i]) > 0) return false;
  return true;
}

static void find_presence(marks_work *w) {
  const muster_register *reg = w->imp->reg;
  for (size_t i = 0; i < reg->codes.count; i++)
    if (strcmp(reg->codes.codes[i].text, "/") == 0 || strcmp(reg->codes.codes[i].text, "\\") == 0)
      w->presence[w->imp->bytes[i + 1]] = 1;
  if (reg->first_mark == MUSTER_NO_DATE) return;
  w->explicit_from = muster_session_of(reg->first_mark);
  w->explicit_to = muster_session_of(reg->last_mark + 1);
}

static muster_status put_marks(marks_work *w, muster_error *err) {
  muster_importing *imp = w->imp;
  if (!in_order(imp)) qsort(imp->assignments, imp->assignment_count, sizeof *imp->assignments, by_school_and_enrolment);
  for (size_t from = 0; from < imp->assignment_count;) {
    size_t to = from;
    w->school = imp->assignments[from].school;
    while (to < imp->assignment_count && imp->assignments[to].school == w->school) to++;
    for (size_t y = 0; y < imp->reg->year_count; y++) {
      w->year = &imp->reg->years[y];
      MUSTER_TRY(put_school_year(w, imp->assignments + from, to - from, err));
    }
    from = to;
    muster_progress_tell(imp->options->progress, "marks", from, imp->assignment_count);
  }
  return MUSTER_OK;
}

muster_status muster_import_marks(muster_importing *imp, muster_error *err) {
  marks_work w = {.imp = imp, .counts = muster_alloc(MUSTER_YEAR_MARKS, sizeof *w.counts)};
  muster_batch *batches = muster_alloc(2, sizeof *batches);
  muster_status status = w.counts && batches ? MUSTER_OK : muster_fail_memory(err);
  w.written = batches;
  w.before_rows = batches ? batches + 1 : NULL;
  if (status == MUSTER_OK) status = muster_db_prepare_all(imp->db, sql, COUNT, w.stmts, err);
  if (status == MUSTER_OK) status = muster_batch_open(w.written, imp->db, row_sql, 4, row_again, err);
  if (status == MUSTER_OK) status = muster_batch_open(w.before_rows, imp->db, before_sql, 4, "", err);
  if (status == MUSTER_OK) {
    find_presence(&w);
    status = put_marks(&w, err);
  }
  muster_db_finalize_all(w.stmts, COUNT);
  for (int i = 0; batches && i < 2; i++) muster_batch_close(&batches[i]);
  muster_free(batches);
  muster_free(w.counts);
  muster_arena_free(&w.arena);
  muster_free(w.rows);
  return status;
}
