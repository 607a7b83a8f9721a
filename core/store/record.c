/* Runs, their findings, and plans that live on from run to run. */
#include <string.h>

#include "database.h"
#include "muster/store/record.h"

/* ---- recording a run ---- */

enum { FORGET_FINDINGS, FORGET_RUN, ADD_RUN, ADD_FINDING, FIND_PLAN, ADD_PLAN, ADD_STEP, PUT_STEP, COUNT };
static const char *const sql[COUNT] = {
    [FORGET_FINDINGS] = "DELETE FROM finding_row WHERE run IN (SELECT run FROM run_row WHERE as_of = ? AND packs = ?)",
    [FORGET_RUN] = "DELETE FROM run_row WHERE as_of = ? AND packs = ?",
    [ADD_RUN] =
        "INSERT INTO run_row (as_of, packs, import, run_json) VALUES (?, ?, (SELECT max(import) FROM "
        "import_row), ?)",
    [ADD_FINDING] =
        "INSERT INTO finding_row (run, position, rule, scope, subject, school, level, since, message, "
        "evidence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [FIND_PLAN] =
        "SELECT number FROM plan_row WHERE plan = ? AND rule = ? AND scope = ? AND subject = ? AND school = ? "
        "AND start_date = ?",
    [ADD_PLAN] = "INSERT INTO plan_row (plan, rule, scope, subject, school, start_date) VALUES (?, ?, ?, ?, ?, ?)",
    [ADD_STEP] =
        "INSERT INTO step_row (number, step, action, owner, due, status, done_on, position) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7, ?8)",
    /* Done is done: a step that was marked by hand keeps its date, whatever a run works out. */
    [PUT_STEP] =
        "INSERT INTO step_row (number, step, action, owner, due, status, done_on, position) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7, (SELECT count(*) FROM step_row WHERE number = ?1)) ON CONFLICT (number, step) DO "
        "UPDATE SET action = excluded.action, owner = excluded.owner, due = excluded.due, status = "
        "excluded.status, done_on = excluded.done_on WHERE done_on IS NULL AND (action, owner, due, status, done_on) "
        "IS NOT (excluded.action, excluded.owner, excluded.due, excluded.status, excluded.done_on)"};

typedef struct recording {
  muster_db db;
  sqlite3_stmt *stmts[COUNT];
} recording;

static void bind_words(recording *r, int which, int at, const char *const *words, int n) {
  for (int i = 0; i < n; i++) muster_db_bind_name(&r->db, r->stmts[which], at + i, muster_text_of(words[i]));
}

static muster_status put_findings(recording *r, const muster_stored_run *run, int64_t number, muster_error *err) {
  for (size_t i = 0; i < run->finding_count; i++) {
    const muster_stored_finding *f = &run->findings[i];
    sqlite3_stmt *add = r->stmts[ADD_FINDING];
    muster_db_bind_int(&r->db, add, 1, number);
    muster_db_bind_int(&r->db, add, 2, (int64_t)i);
    bind_words(r, ADD_FINDING, 3, (const char *[]){f->rule, f->scope, f->subject, f->school, f->level}, 5);
    muster_db_bind_date(&r->db, add, 8, f->since);
    bind_words(r, ADD_FINDING, 9, (const char *[]){f->message, f->evidence}, 2);
    MUSTER_TRY(muster_db_run(&r->db, add, err));
  }
  return MUSTER_OK;
}

static bool same_plan(const muster_stored_step *a, const muster_stored_step *b) {
  return a->start == b->start && strcmp(a->subject, b->subject) == 0 && strcmp(a->plan, b->plan) == 0 &&
         strcmp(a->rule, b->rule) == 0 && strcmp(a->school, b->school) == 0 && strcmp(a->scope, b->scope) == 0;
}

/* The plan a step belongs to, made where there is none yet. */
typedef struct plan_at {
  int64_t number;
  bool is_new;
  int64_t steps; /* of a new one, so far */
} plan_at;

static muster_status find_plan(recording *r, const muster_stored_step *s, plan_at *plan, muster_error *err) {
  bool there = false;
  for (int which = FIND_PLAN; which <= ADD_PLAN; which++) {
    bind_words(r, which, 1, (const char *[]){s->plan, s->rule, s->scope, s->subject, s->school}, 5);
    muster_db_bind_date(&r->db, r->stmts[which], 6, s->start);
  }
  MUSTER_TRY(muster_db_next(&r->db, r->stmts[FIND_PLAN], &there, err));
  *plan = (plan_at){.number = there ? sqlite3_column_int64(r->stmts[FIND_PLAN], 0) : 0, .is_new = !there};
  sqlite3_reset(r->stmts[FIND_PLAN]);
  if (there) return MUSTER_OK;
  MUSTER_TRY(muster_db_run(&r->db, r->stmts[ADD_PLAN], err));
  plan->number = sqlite3_last_insert_rowid(r->db.handle);
  return MUSTER_OK;
}

static muster_status put_step(recording *r, const muster_stored_step *s, plan_at *plan, muster_error *err) {
  int which = plan->is_new ? ADD_STEP : PUT_STEP;
  sqlite3_stmt *put = r->stmts[which];
  muster_db_bind_int(&r->db, put, 1, plan->number);
  bind_words(r, which, 2, (const char *[]){s->step, s->action, s->owner}, 3);
  muster_db_bind_date(&r->db, put, 5, s->due);
  muster_db_bind_int(&r->db, put, 6, s->status);
  muster_db_bind_date(&r->db, put, 7, s->status == MUSTER_STORED_DONE ? s->done_on : MUSTER_NO_DATE);
  if (plan->is_new) muster_db_bind_int(&r->db, put, 8, plan->steps++);
  return muster_db_run(&r->db, put, err);
}

static muster_status put_steps(recording *r, const muster_stored_run *run, muster_error *err) {
  plan_at plan = {0};
  for (size_t i = 0; i < run->step_count; i++) {
    const muster_stored_step *s = &run->steps[i];
    if (i == 0 || !same_plan(s, s - 1)) MUSTER_TRY(find_plan(r, s, &plan, err));
    MUSTER_TRY(put_step(r, s, &plan, err));
  }
  return MUSTER_OK;
}

static muster_status put_run(recording *r, const muster_stored_run *run, int64_t *number, muster_error *err) {
  for (int which = FORGET_FINDINGS; which <= ADD_RUN; which++) {
    muster_db_bind_date(&r->db, r->stmts[which], 1, run->as_of);
    bind_words(r, which, 2, &run->packs, 1);
    if (which == ADD_RUN) muster_db_bind_text(&r->db, r->stmts[which], 3, muster_text_of(run->run_json));
    MUSTER_TRY(muster_db_run(&r->db, r->stmts[which], err));
  }
  *number = sqlite3_last_insert_rowid(r->db.handle);
  MUSTER_TRY(put_findings(r, run, *number, err));
  return put_steps(r, run, err);
}

muster_status muster_store_record(const char *path, const muster_stored_run *run, uint32_t *number, muster_error *err) {
  recording r = {0};
  int64_t run_number = 0;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_WRITE, 0, &r.db, err));
  muster_status status = muster_db_exec(&r.db, "BEGIN IMMEDIATE", err);
  if (status == MUSTER_OK) status = muster_db_prepare_all(&r.db, sql, COUNT, r.stmts, err);
  if (status == MUSTER_OK) status = put_run(&r, run, &run_number, err);
  muster_db_finalize_all(r.stmts, COUNT);
  if (status == MUSTER_OK) status = muster_db_exec(&r.db, "COMMIT", err);
  muster_db_close(&r.db);
  if (number) *number = (uint32_t)run_number;
  return status;
}

/* ---- reading plans ---- */

static const char steps_sql[] =
    "SELECT p.number, p.plan, p.rule, p.scope, p.subject, p.school, p.start_date, s.step, s.action, s.owner, s.due, "
    "s.status, s.done_on FROM plan_row p JOIN step_row s USING (number) WHERE p.start_date <= ?1 ORDER BY p.number, "
    "s.position";

static muster_status take_step(muster_db *db, sqlite3_stmt *stmt, muster_date as_of, muster_stored_steps *steps,
                               size_t *capacity, muster_error *err) {
  bool good = true;
  if (!MUSTER_GROW(steps->at, *capacity, steps->count)) return muster_fail_memory(err);
  muster_stored_step *s = &steps->at[steps->count++];
  *s = (muster_stored_step){.number = (uint32_t)muster_db_range(stmt, 0, 1, UINT32_MAX, &good),
                            .start = muster_db_date(stmt, 6, &good),
                            .due = muster_db_date(stmt, 10, &good),
                            .status = (muster_stored_status)muster_db_range(stmt, 11, 0, MUSTER_STORED_DROPPED, &good),
                            .done_on = muster_db_date(stmt, 12, &good)};
  const char **const words[] = {&s->plan,   &s->rule, &s->scope,  &s->subject,
                                &s->school, &s->step, &s->action, &s->owner};
  static const int columns[] = {1, 2, 3, 4, 5, 7, 8, 9};
  for (int i = 0; i < 8; i++) {
    muster_text text = muster_db_text(stmt, columns[i]);
    *words[i] = muster_arena_copy(&steps->arena, text.at, text.n);
    if (!*words[i]) return muster_fail_memory(err);
    good = good && muster_text_utf8(text, NULL);
  }
  if (as_of != MUSTER_NO_DATE && s->done_on != MUSTER_NO_DATE && s->done_on > as_of) {
    s->done_on = MUSTER_NO_DATE;
    s->status = s->due != MUSTER_NO_DATE && s->due < as_of ? MUSTER_STORED_LATE : MUSTER_STORED_OPEN;
  }
  return good ? MUSTER_OK : muster_db_damaged(db, err, "a step of a plan makes no sense");
}

static muster_status read_steps(muster_db *db, muster_date as_of, muster_stored_steps *steps, muster_error *err) {
  sqlite3_stmt *stmt = NULL;
  size_t capacity = 0;
  MUSTER_TRY(muster_db_prepare(db, steps_sql, &stmt, err));
  muster_db_bind_int(db, stmt, 1, as_of == MUSTER_NO_DATE ? INT32_MAX : as_of);
  muster_status status;
  for (bool row; (status = muster_db_next(db, stmt, &row, err)) == MUSTER_OK && row;)
    if ((status = take_step(db, stmt, as_of, steps, &capacity, err)) != MUSTER_OK) break;
  sqlite3_finalize(stmt);
  return status;
}

muster_status muster_store_plans(const char *path, muster_date as_of, muster_stored_steps *steps, muster_error *err) {
  *steps = (muster_stored_steps){0};
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_READ, 0, &db, err));
  muster_status status = read_steps(&db, as_of, steps, err);
  muster_db_close(&db);
  if (status != MUSTER_OK) muster_stored_steps_free(steps);
  return status;
}

void muster_stored_steps_free(muster_stored_steps *steps) {
  muster_free(steps->at);
  muster_arena_free(&steps->arena);
  *steps = (muster_stored_steps){0};
}

/* ---- done ---- */

/* Is the plan of a step meant by what was typed: its number, its subject, its id, or id and subject. */
static bool is_meant(const muster_stored_step *s, muster_text typed) {
  int64_t number;
  if (muster_text_int(typed, &number) && number == s->number) return true;
  muster_text plan = muster_text_of(s->plan), subject = muster_text_of(s->subject);
  if (muster_text_equal(typed, plan) || muster_text_equal(typed, subject)) return true;
  bool as_long = typed.n == plan.n + 1 + subject.n;
  return as_long && memcmp(typed.at, plan.at, plan.n) == 0 && strchr("/:", typed.at[plan.n]) &&
         memcmp(typed.at + plan.n + 1, subject.at, subject.n) == 0;
}

static muster_status find_step(const muster_stored_steps *steps, const char *plan, const char *step,
                               const muster_stored_step **found, muster_error *err) {
  size_t plans = 0, matches = 0, by_number = 0, settled = 0;
  uint32_t last_plan = 0;
  const muster_stored_step *numbered = NULL;
  muster_text typed = muster_text_of(plan);
  int64_t number;
  bool is_number = muster_text_int(typed, &number);
  *found = NULL;
  for (size_t i = 0; i < steps->count; i++) {
    const muster_stored_step *s = &steps->at[i];
    if (!is_meant(s, typed)) continue;
    plans += s->number != last_plan;
    last_plan = s->number;
    if (strcmp(s->step, step) != 0) continue;
    settled += s->status == MUSTER_STORED_DONE;
    if (s->status == MUSTER_STORED_DONE) continue;
    matches++;
    *found = s;
    if (is_number && number == s->number) by_number++, numbered = s;
  }
  if (by_number) *found = numbered, matches = 1;
  if (matches == 1) return MUSTER_OK;
  if (matches > 1) {
    muster_fail(err, MUSTER_USAGE, "%zu plans with a step '%s' to do are called that", matches, step);
    muster_error_todo(err, "give the number of the plan; muster plan list shows them");
  } else if (settled) {
    muster_fail(err, MUSTER_USAGE, "the step '%s' is done already", step);
  } else if (plans) {
    muster_fail(err, MUSTER_USAGE, "the plan has no step '%s'", step);
    muster_error_todo(err, "muster plan list shows the steps of each plan");
  } else {
    muster_fail(err, MUSTER_USAGE, "there is no such plan in the store");
    muster_error_expected(err, "a plan's number, or PLAN/SUBJECT");
    muster_error_todo(err, "muster plan list shows the plans there are");
  }
  return MUSTER_USAGE;
}

static muster_status settle(muster_db *db, const char *plan, const char *step, muster_date on, muster_error *err) {
  muster_stored_steps steps = {0};
  const muster_stored_step *found = NULL;
  sqlite3_stmt *stmt = NULL;
  muster_status status = read_steps(db, MUSTER_NO_DATE, &steps, err);
  if (status == MUSTER_OK) status = find_step(&steps, plan, step, &found, err);
  if (status == MUSTER_OK && on < found->start) {
    char start[MUSTER_DATE_TEXT];
    status =
        muster_fail(err, MUSTER_USAGE, "the plan began on %s, after that day", muster_date_format(found->start, start));
  }
  if (status == MUSTER_OK)
    status = muster_db_prepare(db, "UPDATE step_row SET status = 1, done_on = ?3 WHERE number = ?1 AND step = ?2",
                               &stmt, err);
  if (status == MUSTER_OK) {
    muster_db_bind_int(db, stmt, 1, found->number);
    muster_db_bind_name(db, stmt, 2, muster_text_of(found->step));
    muster_db_bind_date(db, stmt, 3, on);
    status = muster_db_run(db, stmt, err);
  }
  sqlite3_finalize(stmt);
  muster_stored_steps_free(&steps);
  return status;
}

muster_status muster_store_plan_done(const char *path, const char *plan, const char *step, muster_date on,
                                     muster_error *err) {
  muster_db db;
  MUSTER_TRY(muster_db_open(path, MUSTER_DB_WRITE, 0, &db, err));
  muster_status status = muster_db_exec(&db, "BEGIN IMMEDIATE", err);
  if (status == MUSTER_OK) status = settle(&db, plan, step, on, err);
  if (status == MUSTER_OK) status = muster_db_exec(&db, "COMMIT", err);
  muster_db_close(&db);
  return status;
}
