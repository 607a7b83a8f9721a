/* Interventions, responses, totals, as they were known. */
#include "loading.h"

static muster_status text_at(muster_fetch *f, sqlite3_stmt *stmt, int column, uint32_t *number, muster_error *err) {
  muster_text text = muster_db_text(stmt, column);
  *number = MUSTER_NONE;
  if (text.n == 0) return MUSTER_OK;
  if (!muster_text_utf8(text, NULL)) return muster_db_damaged(f->db, err, "a text is no UTF-8");
  *number = muster_map_add(&f->reg->texts, text, NULL);
  return *number == MUSTER_NONE ? muster_fail_memory(err) : MUSTER_OK;
}

/* The pupil of column 0 and the school of column 1, where wanted. */
static void subject_at(muster_fetch *f, sqlite3_stmt *stmt, uint32_t *pupil, uint32_t *school) {
  *pupil = *school = MUSTER_NONE;
  muster_text id = muster_db_text(stmt, 0);
  if (id.n) *pupil = muster_map_find(&f->reg->pupil_ids, id);
  if (sqlite3_column_type(stmt, 1) != SQLITE_NULL)
    *school = muster_numbers_find(&f->schools, sqlite3_column_int64(stmt, 1));
}

static muster_status take_intervention(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  bool good = true;
  uint32_t pupil, school;
  subject_at(f, stmt, &pupil, &school);
  if (pupil == MUSTER_NONE && school == MUSTER_NONE) return MUSTER_OK; /* of another part */
  muster_intervention x = {.subject_kind = pupil != MUSTER_NONE ? MUSTER_SUBJECT_PUPIL : MUSTER_SUBJECT_SCHOOL,
                           .subject = pupil != MUSTER_NONE ? pupil : school,
                           .start = muster_db_date(stmt, 4, &good),
                           .end = muster_db_date(stmt, 5, &good),
                           .dose = muster_db_real(stmt, 6),
                           .cost = muster_db_real(stmt, 7)};
  if (!good) return muster_db_damaged(f->db, err, "an intervention makes no sense");
  MUSTER_TRY(text_at(f, stmt, 2, &x.kind, err));
  MUSTER_TRY(text_at(f, stmt, 3, &x.provider, err));
  return muster_register_intervention(f->reg, &x) ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status take_response(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  bool good = true;
  muster_response x = {.date = muster_db_date(stmt, 5, &good), .value = muster_db_real(stmt, 6)};
  subject_at(f, stmt, &x.pupil, &x.school);
  bool named = sqlite3_column_type(stmt, 7) != SQLITE_NULL || sqlite3_column_type(stmt, 1) != SQLITE_NULL;
  if (named && x.pupil == MUSTER_NONE && x.school == MUSTER_NONE) return MUSTER_OK; /* of another part */
  if (!good) return muster_db_damaged(f->db, err, "a response makes no sense");
  MUSTER_TRY(text_at(f, stmt, 2, &x.respondent, err));
  MUSTER_TRY(text_at(f, stmt, 3, &x.instrument, err));
  MUSTER_TRY(text_at(f, stmt, 4, &x.item, err));
  return muster_register_response(f->reg, &x) ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status take_total(muster_fetch *f, sqlite3_stmt *stmt, muster_error *err) {
  muster_total x = {.school = muster_numbers_find(&f->schools, sqlite3_column_int64(stmt, 0))};
  if (x.school == MUSTER_NONE) return MUSTER_OK;
  MUSTER_TRY(text_at(f, stmt, 1, &x.period, err));
  int64_t *const counts[] = {&x.possible,   &x.authorised, &x.unauthorised, &x.absent,
                             &x.enrolments, &x.persistent, &x.severe};
  bool good = x.period != MUSTER_NONE;
  for (int i = 0; i < 7; i++) *counts[i] = muster_db_range(stmt, 2 + i, -1, INT64_MAX, &good);
  if (!good) return muster_db_damaged(f->db, err, "totals make no sense");
  return muster_register_total(f->reg, &x) ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status each(muster_fetch *f, const char *sql,
                          muster_status (*take)(muster_fetch *, sqlite3_stmt *, muster_error *), muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  MUSTER_TRY(muster_db_prepare(f->db, sql, &stmt, err));
  muster_db_bind_int(f->db, stmt, 1, f->known);
  muster_status status;
  for (bool row; (status = muster_db_next(f->db, stmt, &row, err)) == MUSTER_OK && row;)
    if ((status = take(f, stmt, err)) != MUSTER_OK) break;
  sqlite3_finalize(stmt);
  return status;
}

#define KNOWN_THEN "x.known_from <= ?1 AND (x.known_to IS NULL OR x.known_to > ?1)"

muster_status muster_fetch_facts(muster_fetch *f, muster_error *err) {
  MUSTER_TRY(each(f,
                  "SELECT e.pupil_id, x.school, x.kind, x.provider, x.start_date, x.end_date, x.dose, x.cost FROM "
                  "intervention_row x LEFT JOIN enrolment_row e ON e.enrolment = x.pupil WHERE " KNOWN_THEN
                  " ORDER BY x.intervention",
                  take_intervention, err));
  MUSTER_TRY(each(f,
                  "SELECT e.pupil_id, x.school, x.respondent, x.instrument, x.item, x.date, x.value, x.pupil FROM "
                  "response_row x LEFT JOIN enrolment_row e ON e.enrolment = x.pupil WHERE " KNOWN_THEN
                  " ORDER BY x.response",
                  take_response, err));
  return each(f,
              "SELECT x.school, x.period, x.possible, x.authorised, x.unauthorised, x.absent, x.enrolments, "
              "x.persistent, x.severe FROM total_row x WHERE " KNOWN_THEN " ORDER BY x.total",
              take_total, err);
}
