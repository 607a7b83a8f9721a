/* Enrolments: which of the store's each of the import's is, what changed about it, who moved.
 *
 * An enrolment is known again by pupil, school and overlapping dates. Dates and values that an import does not give
 * stay as they are; a pupil who is suddenly at another school has left the former one the day before. Marks without a
 * file of pupils were read against the enrolments of the store (known.c), which must be the same still. */
#include <string.h>

#include "batch.h"
#include "importing.h"
#include "packed_columns.h"
#include "standard.h"

enum { FIND, BEFORE, CHANGE, SCHOOL_ROWS, COUNT };
static const char *const sql[COUNT] = {
    [FIND] = "SELECT enrolment, school, start_date, end_date, birth_date, profile, " MUSTER_STANDARD_COLUMNS
             " FROM enrolment_row JOIN profile_row USING (profile) WHERE pupil_id = ? ORDER BY enrolment",
    [BEFORE] =
        "INSERT INTO enrolment_before SELECT enrolment, ?2, start_date, end_date, birth_date, profile FROM "
        "enrolment_row WHERE enrolment = ?1",
    [CHANGE] =
        "UPDATE enrolment_row SET (start_date, end_date, birth_date, profile) = (?, ?, ?, ?) WHERE enrolment = ?",
    [SCHOOL_ROWS] =
        "SELECT y.year, y.sessions, y.usual, m.runs, m.plain FROM school_year_row y JOIN mark_row m "
        "USING (school_year) WHERE y.school = ? AND m.enrolment = ? AND y.year >= ? ORDER BY y.year DESC"};

static const char add_sql[] =
    "INSERT INTO enrolment_row (enrolment, pupil_id, school, known_from, start_date, end_date, birth_date, profile)";
enum { ADD_COLUMNS = 8 };

typedef struct facts_of_pupil {
  muster_date start, end, birth;
  muster_text standard[MUSTER_STANDARD];
} facts_of_pupil;

/* One of the store's enrolments of the pupil at hand. */
typedef struct known_enrolment {
  uint32_t enrolment, school;
  facts_of_pupil facts;
  bool taken, changed;
} known_enrolment;

typedef struct pupils_work {
  muster_importing *imp;
  sqlite3_stmt *stmts[COUNT];
  muster_batch *added;
  const muster_attribute *columns[MUSTER_STANDARD]; /* of the import, or NULL */
  bool made;                                        /* the import knows pupils by their marks alone */
  uint32_t *matches;   /* of each enrolment of the import: the store's, or MUSTER_NONE for a new one */
  muster_date *starts; /* of each new one; not given, the day of its first mark when it must be told from others */
  known_enrolment *known;
  size_t known_count, known_capacity;
  muster_buf texts;  /* of the known enrolments */
  uint64_t clashes;  /* pupils who would be at two schools on one day */
  uint64_t children; /* pupils whose enrolments would be of two children */
  uint64_t others;   /* enrolments that marks alone were read against and the store has not */
} pupils_work;

/* ---- what the import and the store say ---- */

static muster_text pupil_text(const pupils_work *w, uint32_t id, char pseudonym[MUSTER_PSEUDONYM_TEXT]) {
  muster_text text = muster_map_name(&w->imp->reg->pupil_ids, id);
  if (!w->imp->options->key) return text;
  muster_store_pseudonym(w->imp->options->key, text, pseudonym);
  return muster_text_of(pseudonym);
}

static muster_date birth_of(const pupils_work *w, const muster_pupil *pupil) {
  if (!w->imp->options->key || pupil->birth == MUSTER_NO_DATE) return pupil->birth;
  int year, month, day;
  muster_date_civil(pupil->birth, &year, &month, &day);
  return muster_date_of(year, month, 1);
}

static facts_of_pupil facts_given(const pupils_work *w, uint32_t p) {
  const muster_pupil *pupil = &w->imp->reg->pupils[p];
  facts_of_pupil facts = {pupil->start, pupil->end, birth_of(w, pupil), {{0}}};
  for (int i = 0; i < MUSTER_STANDARD; i++) facts.standard[i] = muster_attribute_value(w->imp->reg, w->columns[i], p);
  return facts;
}

static bool says_something(const pupils_work *w, uint32_t p) {
  const muster_register *reg = w->imp->reg;
  const muster_pupil *pupil = &reg->pupils[p];
  if (pupil->start != MUSTER_NO_DATE || pupil->end != MUSTER_NO_DATE || pupil->birth != MUSTER_NO_DATE) return true;
  for (size_t i = 0; i < reg->pupil_attributes.count; i++)
    if (muster_attribute_value(reg, &reg->pupil_attributes.columns[i], p).n) return true;
  return false;
}

static muster_status read_known(pupils_work *w, muster_text id, muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *find = w->stmts[FIND];
  w->known_count = 0;
  if (w->imp->fresh) return MUSTER_OK;
  muster_buf_clear(&w->texts);
  muster_db_bind_name(db, find, 1, id);
  bool good = true;
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(db, find, &row, err));
    if (!row) break;
    if (!MUSTER_GROW(w->known, w->known_capacity, w->known_count)) return muster_fail_memory(err);
    known_enrolment *k = &w->known[w->known_count++];
    *k = (known_enrolment){.enrolment = (uint32_t)muster_db_range(find, 0, 1, UINT32_MAX - 1, &good),
                           .school = (uint32_t)muster_db_range(find, 1, 1, UINT32_MAX - 1, &good)};
    k->facts.start = muster_db_date(find, 2, &good);
    k->facts.end = muster_db_date(find, 3, &good);
    k->facts.birth = muster_db_date(find, 4, &good);
    for (int i = 0; i < MUSTER_STANDARD; i++) {
      muster_text text = muster_db_text(find, 6 + i);
      k->facts.standard[i].n = text.n;
      muster_buf_add(&w->texts, text.at, text.n);
    }
  }
  if (w->texts.failed) return muster_fail_memory(err);
  if (!good) return muster_db_damaged(db, err, "an enrolment holds what it cannot");
  const char *at = w->texts.at;
  for (size_t k = 0; k < w->known_count; k++)
    for (int i = 0; i < MUSTER_STANDARD; i++) {
      w->known[k].facts.standard[i].at = at;
      at += w->known[k].facts.standard[i].n;
    }
  return MUSTER_OK;
}

/* The first (direction 1) or last (-1) day on which the import has a mark of the enrolment. */
static muster_date end_of_marks(const muster_register *reg, uint32_t p, int direction) {
  for (size_t i = 0; i < reg->year_count; i++) {
    const muster_year *year = &reg->years[direction > 0 ? i : reg->year_count - 1 - i];
    const uint8_t *row = year->rows[p];
    for (int k = 0; row && k < MUSTER_YEAR_MARKS; k++) {
      int slot = direction > 0 ? k : MUSTER_YEAR_MARKS - 1 - k;
      if (row[slot]) return muster_session_date(year->first_week * MUSTER_LANE + slot);
    }
  }
  return MUSTER_NO_DATE;
}

/* ---- dates ---- */

static bool overlap(muster_date a_start, muster_date a_end, muster_date b_start, muster_date b_end) {
  bool a_first = a_end != MUSTER_NO_DATE && b_start != MUSTER_NO_DATE && a_end < b_start;
  bool b_first = b_end != MUSTER_NO_DATE && a_start != MUSTER_NO_DATE && b_end < a_start;
  return !a_first && !b_first;
}

/* Has the store a mark of the enrolment on or after a day. */
static muster_status marked_since(pupils_work *w, const known_enrolment *k, muster_date day, bool *marked,
                                  muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *rows = w->stmts[SCHOOL_ROWS];
  *marked = false;
  muster_db_bind_int(db, rows, 1, k->school);
  muster_db_bind_int(db, rows, 2, k->enrolment);
  muster_db_bind_int(db, rows, 3, muster_row_year(day));
  for (bool row;;) {
    MUSTER_TRY(muster_db_next(db, rows, &row, err));
    if (!row) return MUSTER_OK;
    uint8_t marks[MUSTER_YEAR_MARKS];
    muster_packing packing;
    bool good = true;
    int year = (int)muster_db_range(rows, 0, 1800, 2299, &good);
    muster_packed packed = muster_column_packed(rows, 3);
    if (!good || !muster_column_packing(rows, 1, w->imp->most_byte, &packing) ||
        !muster_row_unpack(&packing, &packed, marks))
      return muster_db_damaged(db, err, "a row of marks holds what it cannot");
    int64_t from = muster_session_of(day) - (int64_t)muster_year_first_week(year) * MUSTER_LANE;
    for (int64_t slot = from < 0 ? 0 : from; slot < MUSTER_YEAR_MARKS; slot++) *marked |= marks[slot] != 0;
    if (*marked) {
      sqlite3_reset(rows);
      return MUSTER_OK;
    }
  }
}

/* An enrolment that the import does not speak of ended before a new one elsewhere began, if its marks allow that. */
static muster_status end_former(pupils_work *w, known_enrolment *k, muster_date begins, muster_error *err) {
  if (begins == MUSTER_NO_DATE || k->taken || (k->facts.start != MUSTER_NO_DATE && k->facts.start >= begins))
    return MUSTER_OK;
  bool marked;
  MUSTER_TRY(marked_since(w, k, begins, &marked, err));
  if (marked) return MUSTER_OK;
  k->facts.end = begins - 1;
  k->changed = true;
  w->imp->report->pupils_moved++;
  return MUSTER_OK;
}

/* Is another birth date known of one of the pupil's enrolments, or of one on the same days. */
static bool other_birth(const pupils_work *w, uint32_t p, bool same_days) {
  const muster_pupil *pupil = &w->imp->reg->pupils[p];
  muster_date birth = birth_of(w, pupil);
  for (size_t i = 0; birth != MUSTER_NO_DATE && i < w->known_count; i++) {
    const facts_of_pupil *k = &w->known[i].facts;
    if (k->birth == MUSTER_NO_DATE || k->birth == birth) continue;
    if (!same_days || overlap(k->start, k->end, w->starts[p], pupil->end)) return true;
  }
  return false;
}

/* A new enrolment beside those that are known. With another birth date it is no move. */
static muster_status separate(pupils_work *w, uint32_t p, muster_error *err) {
  muster_date end = w->imp->reg->pupils[p].end;
  w->imp->report->two_births += other_birth(w, p, false);
  if (other_birth(w, p, true)) {
    w->children++;
    return MUSTER_OK;
  }
  for (size_t i = 0; i < w->known_count; i++) {
    known_enrolment *k = &w->known[i];
    if (!overlap(k->facts.start, k->facts.end, w->starts[p], end)) continue;
    if (w->starts[p] == MUSTER_NO_DATE) w->starts[p] = end_of_marks(w->imp->reg, p, 1);
    if (overlap(k->facts.start, k->facts.end, w->starts[p], end)) MUSTER_TRY(end_former(w, k, w->starts[p], err));
  }
  for (size_t i = 0; i < w->known_count; i++)
    w->clashes += overlap(w->known[i].facts.start, w->known[i].facts.end, w->starts[p], end);
  return MUSTER_OK;
}

/* After every enrolment of the pupil has its dates: is the pupil at one school a day. */
static muster_status check_dates(pupils_work *w, uint32_t first, muster_error *err) {
  const muster_register *reg = w->imp->reg;
  for (uint32_t p = first; p != MUSTER_NONE; p = reg->pupils[p].next)
    if (w->matches[p] == MUSTER_NONE) MUSTER_TRY(separate(w, p, err));
  for (size_t i = 0; i < w->known_count; i++)
    for (size_t j = 0; j < i; j++) {
      const facts_of_pupil *a = &w->known[i].facts, *b = &w->known[j].facts;
      bool touched = w->known[i].changed || w->known[j].changed;
      w->clashes += touched && overlap(a->start, a->end, b->start, b->end);
    }
  return MUSTER_OK;
}

/* ---- matching ---- */

/* The store's enrolment that the import's is: the same school, and dates that overlap, rather one of the same start. */
static known_enrolment *find_match(pupils_work *w, uint32_t p) {
  const muster_pupil *pupil = &w->imp->reg->pupils[p];
  known_enrolment *best = NULL;
  for (size_t i = 0; i < w->known_count; i++) {
    known_enrolment *k = &w->known[i];
    if (k->taken || k->school != w->imp->schools[pupil->school]) continue;
    if (!overlap(k->facts.start, k->facts.end, pupil->start, pupil->end)) continue;
    if (!best || k->facts.start == pupil->start) best = k;
  }
  /* A leaver who is back without a start date goes on where the store left off. */
  for (size_t i = 0; !best && i < w->known_count; i++) {
    known_enrolment *k = &w->known[i];
    if (!k->taken && k->school == w->imp->schools[pupil->school] && pupil->start == MUSTER_NO_DATE) best = k;
  }
  return best;
}

static void take_over(pupils_work *w, known_enrolment *k, uint32_t p) {
  facts_of_pupil given = facts_given(w, p), *facts = &k->facts;
  bool speaks = says_something(w, p);
  facts_of_pupil before = *facts;
  if (given.start != MUSTER_NO_DATE) facts->start = given.start;
  if (given.end != MUSTER_NO_DATE) facts->end = given.end;
  if (given.birth != MUSTER_NO_DATE) facts->birth = given.birth;
  if (given.end == MUSTER_NO_DATE && facts->end != MUSTER_NO_DATE && end_of_marks(w->imp->reg, p, -1) > facts->end)
    facts->end = MUSTER_NO_DATE;
  k->changed = facts->start != before.start || facts->end != before.end || facts->birth != before.birth;
  for (int i = 0; i < MUSTER_STANDARD && speaks; i++) {
    if (!w->columns[i] || muster_text_equal(facts->standard[i], given.standard[i])) continue;
    facts->standard[i] = given.standard[i];
    k->changed = true;
  }
}

static muster_status write_change(pupils_work *w, const known_enrolment *k, muster_error *err) {
  muster_db *db = w->imp->db;
  sqlite3_stmt *before = w->stmts[BEFORE], *change = w->stmts[CHANGE];
  muster_db_bind_int(db, before, 1, k->enrolment);
  muster_db_bind_int(db, before, 2, w->imp->number);
  MUSTER_TRY(muster_db_run(db, before, err));
  muster_db_bind_date(db, change, 1, k->facts.start);
  muster_db_bind_date(db, change, 2, k->facts.end);
  muster_db_bind_date(db, change, 3, k->facts.birth);
  uint32_t profile;
  MUSTER_TRY(muster_import_profile(w->imp, k->facts.standard, &profile, err));
  muster_db_bind_int(db, change, 4, profile);
  muster_db_bind_int(db, change, 5, k->enrolment);
  w->imp->changed = true;
  return muster_db_run(db, change, err);
}

static muster_status assign(pupils_work *w, const muster_assignment *assignment, muster_error *err) {
  muster_importing *imp = w->imp;
  if (!MUSTER_GROW(imp->assignments, imp->assignment_capacity, imp->assignment_count)) return muster_fail_memory(err);
  imp->assignments[imp->assignment_count++] = *assignment;
  return MUSTER_OK;
}

/* Known by marks alone: the enrolments are the store's, to the day. */
static muster_status match_made(pupils_work *w, uint32_t first, muster_error *err) {
  const muster_register *reg = w->imp->reg;
  for (uint32_t p = first; p != MUSTER_NONE; p = reg->pupils[p].next) {
    const muster_pupil *pupil = &reg->pupils[p];
    const known_enrolment *found = NULL;
    for (size_t i = 0; i < w->known_count; i++) {
      const known_enrolment *k = &w->known[i];
      bool same = k->facts.start == pupil->start && k->facts.end == pupil->end;
      if (same && k->school == w->imp->schools[pupil->school]) found = k;
    }
    w->others += !found;
    w->matches[p] = w->known[0].enrolment; /* it is no new one in any case */
    if (!found) continue;
    w->matches[p] = found->enrolment;
    MUSTER_TRY(assign(w, &(muster_assignment){found->school, found->enrolment, p, false}, err));
  }
  return MUSTER_OK;
}

static muster_status match_pupil(pupils_work *w, uint32_t first, muster_error *err) {
  muster_importing *imp = w->imp;
  const muster_register *reg = imp->reg;
  uint32_t id = reg->pupils[first].id;
  char pseudonym[MUSTER_PSEUDONYM_TEXT];
  MUSTER_TRY(read_known(w, pupil_text(w, id, pseudonym), err));
  for (uint32_t p = first; p != MUSTER_NONE; p = reg->pupils[p].next) {
    w->matches[p] = MUSTER_NONE;
    w->starts[p] = reg->pupils[p].start;
  }
  if (w->known_count == 0) return MUSTER_OK;
  imp->pupils[id] = w->known[0].enrolment;
  if (w->made) return match_made(w, first, err);
  for (uint32_t p = first; p != MUSTER_NONE; p = reg->pupils[p].next) {
    known_enrolment *k = find_match(w, p);
    if (!k) continue;
    k->taken = true;
    w->matches[p] = k->enrolment;
    take_over(w, k, p);
    MUSTER_TRY(assign(w, &(muster_assignment){k->school, k->enrolment, p, false}, err));
    bool facts_changed = false;
    if (says_something(w, p)) MUSTER_TRY(muster_import_pupil_facts(imp, p, k->enrolment, false, &facts_changed, err));
    imp->report->pupils_changed += k->changed || facts_changed;
  }
  MUSTER_TRY(check_dates(w, first, err));
  for (size_t i = 0; i < w->known_count; i++)
    if (w->known[i].changed) MUSTER_TRY(write_change(w, &w->known[i], err));
  return MUSTER_OK;
}

static muster_status add_enrolment(pupils_work *w, uint32_t p, muster_error *err) {
  muster_importing *imp = w->imp;
  const muster_pupil *pupil = &imp->reg->pupils[p];
  facts_of_pupil facts = facts_given(w, p);
  uint32_t school = imp->schools[pupil->school];
  int64_t number = ++imp->last_enrolment;
  if (number >= UINT32_MAX) return muster_db_damaged(imp->db, err, "it has no numbers left for enrolments");
  muster_cell *cells;
  uint8_t *scratch;
  uint32_t profile;
  MUSTER_TRY(muster_import_profile(imp, facts.standard, &profile, err));
  MUSTER_TRY(muster_batch_row(w->added, &cells, &scratch, err));
  cells[0] = muster_cell_int(number);
  cells[1] = muster_cell_text(pupil_text(w, pupil->id, (char *)scratch));
  cells[2] = muster_cell_int(school);
  cells[3] = muster_cell_int(imp->number);
  cells[4] = muster_cell_date(w->starts[p]);
  cells[5] = muster_cell_date(facts.end);
  cells[6] = muster_cell_date(facts.birth);
  cells[7] = muster_cell_int(profile);
  if (imp->pupils[pupil->id] == MUSTER_NONE) imp->pupils[pupil->id] = (uint32_t)number;
  w->matches[p] = (uint32_t)number;
  imp->report->pupils_new++;
  imp->changed = true;
  if (imp->column_count) MUSTER_TRY(muster_batch_flush(w->added, err));
  bool changed;
  MUSTER_TRY(muster_import_pupil_facts(imp, p, (uint32_t)number, true, &changed, err));
  return assign(w, &(muster_assignment){school, (uint32_t)number, p, true}, err);
}

static muster_status clash(const pupils_work *w, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "%llu pupils would be on roll at two schools, or twice at one, on the same days",
              (unsigned long long)w->clashes);
  muster_error_where(err, "%s", w->imp->db->path);
  muster_error_expected(err, "dates that separate a pupil's enrolments");
  muster_error_todo(err, "give start_date and end_date in pupils.csv; nothing was imported");
  return MUSTER_DATA;
}

static muster_status two_children(const pupils_work *w, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "%llu pupils would move to another school and have another birth date there",
              (unsigned long long)w->children);
  muster_error_where(err, "%s", w->imp->db->path);
  muster_error_expected(err, "one pupil_id a child");
  muster_error_todo(err,
                    "where two children have one number, put the school before it, in source.lua: columns = { "
                    "pupil_id = { \"school_id\", \"pupil_id\" } } in pupils and marks, for a new store; where it is "
                    "one child, give the end_date at the former school; nothing was imported");
  return MUSTER_DATA;
}

static muster_status not_the_same(const pupils_work *w, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the marks of %llu pupils were read for other schools or dates than the store has",
              (unsigned long long)w->others);
  muster_error_where(err, "%s", w->imp->db->path);
  muster_error_expected(err, "the pupils of the store as they were while the folder was read");
  muster_error_todo(err, "import the folder again; nothing was imported");
  return MUSTER_DATA;
}

static bool known_by_marks_alone(const muster_ledger *ledger) {
  for (size_t i = 0; ledger && i < ledger->fact_count; i++)
    if (strcmp(ledger->facts[i].id, "pupils-made") == 0 || strcmp(ledger->facts[i].id, "pupils-known") == 0)
      return true;
  return false;
}

/* New enrolments get their numbers in the order of the register, so that a store gives back the order it was given. */
static muster_status put_pupils(pupils_work *w, muster_error *err) {
  const muster_register *reg = w->imp->reg;
  for (uint32_t p = 0; p < reg->pupil_count; p++) {
    if (reg->first_enrolment[reg->pupils[p].id] == p) MUSTER_TRY(match_pupil(w, p, err));
    if (w->matches[p] == MUSTER_NONE) MUSTER_TRY(add_enrolment(w, p, err));
    if (p % 8192 == 0) muster_progress_tell(w->imp->options->progress, "pupils", p, reg->pupil_count);
  }
  MUSTER_TRY(muster_batch_flush(w->added, err));
  if (w->others) return not_the_same(w, err);
  if (w->children) return two_children(w, err);
  return w->clashes ? clash(w, err) : MUSTER_OK;
}

muster_status muster_import_pupils(muster_importing *imp, muster_error *err) {
  const muster_register *reg = imp->reg;
  pupils_work w = {.imp = imp, .made = known_by_marks_alone(imp->ledger)};
  muster_buf_init(&w.texts, 1 << 20);
  for (int i = 0; i < MUSTER_STANDARD; i++)
    w.columns[i] = muster_attribute_find(&reg->pupil_attributes, muster_standard_names[i]);
  w.matches = muster_alloc(reg->pupil_count, sizeof *w.matches);
  w.starts = muster_alloc(reg->pupil_count, sizeof *w.starts);
  w.added = muster_alloc(1, sizeof *w.added);
  imp->pupils = muster_alloc(reg->pupil_ids.count, sizeof *imp->pupils);
  muster_status status = w.matches && w.starts && w.added && imp->pupils ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    memset(imp->pupils, 0xFF, reg->pupil_ids.count * sizeof *imp->pupils);
    status = muster_db_prepare_all(imp->db, sql, COUNT, w.stmts, err);
  }
  if (status == MUSTER_OK) status = muster_batch_open(w.added, imp->db, add_sql, ADD_COLUMNS, "", err);
  if (status == MUSTER_OK) status = muster_import_columns(imp, err);
  if (status == MUSTER_OK) status = put_pupils(&w, err);
  muster_db_finalize_all(w.stmts, COUNT);
  if (w.added) muster_batch_close(w.added);
  muster_free(w.added);
  muster_buf_free(&w.texts);
  muster_free(w.known);
  muster_free(w.matches);
  muster_free(w.starts);
  return status;
}
