/* Marks that a later row of the same import replaced: never what anyone knew, but nothing is lost silently. */
#include "importing.h"

enum { YEAR, KNOWN, ADD, COUNT };
static const char *const sql[COUNT] = {
    [YEAR] = "SELECT school_year FROM school_year_row WHERE school = ? AND year = ?",
    [KNOWN] =
        "SELECT 1 FROM mark_superseded WHERE school_year = ? AND enrolment = ? AND slot = ? AND byte = ? AND "
        "by_byte = ? LIMIT 1",
    [ADD] =
        "INSERT INTO mark_superseded (school_year, enrolment, slot, byte, by_byte, import, position) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)"};

static muster_status put(muster_importing *imp, sqlite3_stmt **stmts, const muster_assignment *a,
                         const muster_superseded *mark, uint32_t position, muster_error *err) {
  muster_db *db = imp->db;
  int year = muster_row_year(muster_session_date(mark->session));
  bool there;
  muster_db_bind_int(db, stmts[YEAR], 1, a->school);
  muster_db_bind_int(db, stmts[YEAR], 2, year);
  MUSTER_TRY(muster_db_next(db, stmts[YEAR], &there, err));
  if (!there) return muster_db_damaged(db, err, "a school year that was written is not there");
  int64_t school_year = sqlite3_column_int64(stmts[YEAR], 0);
  sqlite3_reset(stmts[YEAR]);
  for (int i = KNOWN; i <= ADD; i++) {
    muster_db_bind_int(db, stmts[i], 1, school_year);
    muster_db_bind_int(db, stmts[i], 2, a->enrolment);
    muster_db_bind_int(db, stmts[i], 3, mark->session - (int64_t)muster_year_first_week(year) * MUSTER_LANE);
    muster_db_bind_blob(db, stmts[i], 4, &imp->bytes[mark->old_mark], 1);
    muster_db_bind_blob(db, stmts[i], 5, &imp->bytes[mark->new_mark], 1);
  }
  if (!imp->fresh) {
    MUSTER_TRY(muster_db_next(db, stmts[KNOWN], &there, err));
    sqlite3_reset(stmts[KNOWN]);
    if (there) return MUSTER_OK;
  }
  muster_db_bind_int(db, stmts[ADD], 6, imp->number);
  muster_db_bind_int(db, stmts[ADD], 7, position);
  imp->changed = true;
  return muster_db_run(db, stmts[ADD], err);
}

muster_status muster_import_superseded(muster_importing *imp, muster_error *err) {
  const muster_ledger *ledger = imp->ledger;
  if (!ledger || !ledger->superseded_count) return MUSTER_OK;
  const muster_assignment **of = muster_alloc(imp->reg->pupil_count, sizeof *of); /* each enrolment of the register */
  sqlite3_stmt *stmts[COUNT] = {NULL};
  muster_status status = of ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_db_prepare_all(imp->db, sql, COUNT, stmts, err);
  for (size_t k = 0; status == MUSTER_OK && k < imp->assignment_count; k++)
    of[imp->assignments[k].pupil] = &imp->assignments[k];
  for (size_t i = 0; status == MUSTER_OK && i < ledger->superseded_count; i++) {
    const muster_superseded *mark = &ledger->superseded[i];
    const muster_assignment *a = mark->pupil < imp->reg->pupil_count ? of[mark->pupil] : NULL;
    if (a && mark->old_mark && mark->new_mark) status = put(imp, stmts, a, mark, (uint32_t)i, err);
  }
  muster_db_finalize_all(stmts, COUNT);
  muster_free(of);
  return status;
}
