/* Interventions, responses and totals: one that is known stays, one with the same subject, kind and start and other
 * figures takes the place of the former, all others are added. */
#include <math.h>

#include "importing.h"

/* For each table: is it known as it is; end what it replaces; add it. */
enum { SAME, CLOSE, ADD, STEPS };

static const char *const intervention_sql[STEPS] = {
    [SAME] =
        "SELECT 1 FROM intervention_row WHERE pupil IS ?1 AND school IS ?2 AND kind IS ?4 AND provider IS ?5 AND "
        "start_date IS ?6 AND end_date IS ?7 AND dose IS ?8 AND cost IS ?9 AND known_to IS NULL LIMIT 1",
    [CLOSE] =
        "UPDATE intervention_row SET known_to = ?3 WHERE pupil IS ?1 AND school IS ?2 AND kind IS ?4 AND "
        "provider IS ?5 AND start_date IS ?6 AND known_from < ?3 AND known_to IS NULL",
    [ADD] =
        "INSERT INTO intervention_row (pupil, school, known_from, kind, provider, start_date, end_date, dose, cost) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};

static const char *const response_sql[STEPS] = {
    [SAME] =
        "SELECT 1 FROM response_row WHERE pupil IS ?1 AND school IS ?2 AND respondent IS ?4 AND instrument IS ?5 "
        "AND item IS ?6 AND date IS ?7 AND value IS ?8 AND known_to IS NULL LIMIT 1",
    [CLOSE] =
        "UPDATE response_row SET known_to = ?3 WHERE pupil IS ?1 AND school IS ?2 AND respondent IS ?4 AND "
        "instrument IS ?5 AND item IS ?6 AND date IS ?7 AND known_from < ?3 AND known_to IS NULL",
    [ADD] =
        "INSERT INTO response_row (pupil, school, known_from, respondent, instrument, item, date, value) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};

static const char *const total_sql[STEPS] = {
    [SAME] =
        "SELECT 1 FROM total_row WHERE school = ?1 AND period = ?2 AND possible IS ?4 AND authorised IS ?5 AND "
        "unauthorised IS ?6 AND absent IS ?7 AND enrolments IS ?8 AND persistent IS ?9 AND severe IS ?10 AND "
        "known_to IS NULL LIMIT 1",
    [CLOSE] =
        "UPDATE total_row SET known_to = ?3 WHERE school = ?1 AND period = ?2 AND known_from < ?3 AND "
        "known_to IS NULL",
    [ADD] =
        "INSERT INTO total_row (school, period, known_from, possible, authorised, unauthorised, absent, "
        "enrolments, persistent, severe) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"};

typedef struct facts_work {
  muster_importing *imp;
  sqlite3_stmt *stmts[STEPS];
} facts_work;

static muster_text text_of(const facts_work *w, uint32_t number) {
  return number == MUSTER_NONE ? (muster_text){"", 0} : muster_map_name(&w->imp->reg->texts, number);
}

/* Which of the steps use parameter `at`: the known ones are all used by ADD, and binding one that a step lacks is an
 * error. */
static bool has(sqlite3_stmt *stmt, int at) { return at <= sqlite3_bind_parameter_count(stmt); }

#define BIND_ALL(w, kind, at, value)          \
  for (int step = SAME; step < STEPS; step++) \
    if (has((w)->stmts[step], (at))) muster_db_bind_##kind((w)->imp->db, (w)->stmts[step], (at), (value))

static void bind_number(facts_work *w, int at, uint32_t number) {
  if (number != MUSTER_NONE) {
    BIND_ALL(w, int, at, number);
  } else {
    BIND_ALL(w, date, at, MUSTER_NO_DATE);
  }
}

static void bind_count(facts_work *w, int at, int64_t count) {
  if (count >= 0) {
    BIND_ALL(w, int, at, count);
  } else {
    BIND_ALL(w, date, at, MUSTER_NO_DATE);
  }
}

static muster_status settle(facts_work *w, muster_error *err) {
  muster_importing *imp = w->imp;
  bool known = false;
  if (!imp->fresh) {
    MUSTER_TRY(muster_db_next(imp->db, w->stmts[SAME], &known, err));
    sqlite3_reset(w->stmts[SAME]);
    if (known) return MUSTER_OK;
    MUSTER_TRY(muster_db_run(imp->db, w->stmts[CLOSE], err));
    known = sqlite3_changes(imp->db->handle) > 0;
  }
  imp->changed = true;
  imp->report->facts_changed += known;
  imp->report->facts_new += !known;
  return muster_db_run(imp->db, w->stmts[ADD], err);
}

static muster_status put_intervention(facts_work *w, size_t i, muster_error *err) {
  const muster_intervention *x = &w->imp->reg->interventions[i];
  bool of_pupil = x->subject_kind == MUSTER_SUBJECT_PUPIL;
  uint32_t pupil = of_pupil ? w->imp->pupils[x->subject] : MUSTER_NONE;
  if (of_pupil && pupil == MUSTER_NONE) return MUSTER_OK; /* nobody of that name is on roll anywhere */
  bind_number(w, 1, pupil);
  bind_number(w, 2, of_pupil ? MUSTER_NONE : w->imp->schools[x->subject]);
  BIND_ALL(w, int, 3, w->imp->number);
  BIND_ALL(w, text, 4, text_of(w, x->kind));
  BIND_ALL(w, text, 5, text_of(w, x->provider));
  BIND_ALL(w, date, 6, x->start);
  BIND_ALL(w, date, 7, x->end);
  BIND_ALL(w, real, 8, x->dose);
  BIND_ALL(w, real, 9, x->cost);
  return settle(w, err);
}

static muster_status put_response(facts_work *w, size_t i, muster_error *err) {
  const muster_response *x = &w->imp->reg->responses[i];
  char pseudonym[MUSTER_PSEUDONYM_TEXT];
  muster_text respondent = text_of(w, x->respondent);
  if (w->imp->options->key && respondent.n) {
    muster_store_pseudonym(w->imp->options->key, respondent, pseudonym);
    respondent = muster_text_of(pseudonym);
  }
  bind_number(w, 1, x->pupil == MUSTER_NONE ? MUSTER_NONE : w->imp->pupils[x->pupil]);
  bind_number(w, 2, x->school == MUSTER_NONE ? MUSTER_NONE : w->imp->schools[x->school]);
  BIND_ALL(w, int, 3, w->imp->number);
  BIND_ALL(w, text, 4, respondent);
  BIND_ALL(w, text, 5, text_of(w, x->instrument));
  BIND_ALL(w, text, 6, text_of(w, x->item));
  BIND_ALL(w, date, 7, x->date);
  BIND_ALL(w, real, 8, x->value);
  return settle(w, err);
}

static muster_status put_total(facts_work *w, size_t i, muster_error *err) {
  const muster_total *x = &w->imp->reg->totals[i];
  bind_number(w, 1, w->imp->schools[x->school]);
  BIND_ALL(w, name, 2, text_of(w, x->period));
  BIND_ALL(w, int, 3, w->imp->number);
  const int64_t counts[] = {x->possible,   x->authorised, x->unauthorised, x->absent,
                            x->enrolments, x->persistent, x->severe};
  for (int k = 0; k < 7; k++) bind_count(w, 4 + k, counts[k]);
  return settle(w, err);
}

static muster_status put_all(muster_importing *imp, const char *const *sql, size_t n,
                             muster_status (*put)(facts_work *, size_t, muster_error *), muster_error *err) {
  facts_work w = {.imp = imp};
  if (n == 0) return MUSTER_OK;
  MUSTER_TRY(muster_db_prepare_all(imp->db, sql, STEPS, w.stmts, err));
  muster_status status = MUSTER_OK;
  for (size_t i = 0; i < n && status == MUSTER_OK; i++) status = put(&w, i, err);
  muster_db_finalize_all(w.stmts, STEPS);
  return status;
}

muster_status muster_import_facts(muster_importing *imp, muster_error *err) {
  const muster_register *reg = imp->reg;
  MUSTER_TRY(put_all(imp, intervention_sql, reg->intervention_count, put_intervention, err));
  MUSTER_TRY(put_all(imp, response_sql, reg->response_count, put_response, err));
  return put_all(imp, total_sql, reg->total_count, put_total, err);
}
