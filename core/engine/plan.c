/* Plans of one school at the as-of date: those that are known go on, findings begin new ones, failed reviews escalate.
 */
#include "muster/engine/plan.h"

#include <stdlib.h>
#include <string.h>

#include "run_private.h"

typedef struct planned {
  muster_plan_state state;
  const muster_plan_record *record; /* NULL when it begins now */
} planned;

typedef struct planning {
  muster_asker *asker;
  const muster_register *reg;
  const muster_ruleset *set;
  muster_date as_of;
  uint32_t school;
  planned *plans;
  size_t count, capacity;
} planning;

/* ---- the subject of a record ---- */

static uint32_t rule_of_id(const muster_ruleset *set, const char *id) {
  for (uint32_t r = 0; r < set->rule_count; r++)
    if (strcmp(set->rules[r].id, id) == 0) return r;
  return MUSTER_NONE;
}

static bool pupil_of(const planning *p, const char *id, muster_subject *s) {
  uint32_t number = muster_map_find(&p->reg->pupil_ids, muster_text_of(id));
  if (number == MUSTER_NONE) return false;
  for (uint32_t e = p->reg->first_enrolment[number]; e != MUSTER_NONE; e = p->reg->pupils[e].next) {
    if (p->reg->pupils[e].school != p->school || !muster_on_roll(&p->reg->pupils[e], p->as_of)) continue;
    *s = (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = p->school, .pupil = e};
    return true;
  }
  return false;
}

static bool group_of(const planning *p, const muster_rule *rule, const char *value, muster_subject *s) {
  const muster_attribute *column = rule->by ? muster_attribute_find(&p->reg->pupil_attributes, rule->by) : NULL;
  uint32_t group = muster_map_find(&p->reg->texts, muster_text_of(value));
  if (!column || group == MUSTER_NONE) return false;
  uint32_t by = (uint32_t)(column - p->reg->pupil_attributes.columns);
  *s = (muster_subject){.kind = MUSTER_SUBJECT_GROUP, .school = p->school, .group = group, .by = by};
  return true;
}

static bool subject_of(const planning *p, const muster_plan_record *record, uint32_t rule, muster_subject *s) {
  if (p->set->rules[rule].scope != record->kind) return false;
  switch (record->kind) {
    case MUSTER_SUBJECT_PUPIL: return pupil_of(p, record->subject, s);
    case MUSTER_SUBJECT_GROUP: return group_of(p, &p->set->rules[rule], record->subject, s);
    case MUSTER_SUBJECT_SCHOOL: break;
  }
  *s = (muster_subject){.kind = MUSTER_SUBJECT_SCHOOL, .school = p->school};
  return true;
}

/* ---- how a plan stands ---- */

static muster_status review(planning *p, planned *plan, muster_error *err) {
  muster_plan_state *state = &plan->state;
  const muster_plan *about = &p->set->plans[state->plan];
  state->review = MUSTER_NO_DATE;
  state->escalates_to = MUSTER_NONE;
  state->outcome = MUSTER_PLAN_RUNNING;
  if (about->review_after.kind == MUSTER_LASTS_NOT) return MUSTER_OK;
  state->review = muster_lasting_end(p->reg, p->school, state->start, about->review_after, p->as_of);
  if (p->as_of < state->review) return MUSTER_OK;
  state->outcome = MUSTER_PLAN_REVIEWED;
  if (!about->reviewed) return MUSTER_OK;
  bool success = false;
  muster_desk_set_as_of(p->asker->desk, state->review);
  muster_desk_set_plan_start(p->asker->desk, state->start);
  muster_status status = p->set->class_->review_success(p->asker->state, &state->subject, state->rule, state->plan,
                                                        state->start, &success, err);
  muster_desk_set_plan_start(p->asker->desk, MUSTER_NO_DATE);
  if (status == MUSTER_OK && muster_desk_failed(p->asker->desk)) status = muster_fail_memory(err);
  if (status != MUSTER_OK) return status;
  state->outcome = success ? MUSTER_PLAN_SUCCEEDED : MUSTER_PLAN_FAILED;
  if (!success && about->escalate) state->escalates_to = muster_plan_named(p->set, state->rule, about->escalate);
  return MUSTER_OK;
}

static muster_status add_plan(planning *p, uint32_t plan, uint32_t rule, const muster_subject *s, muster_date start,
                              const muster_plan_record *record, muster_error *err) {
  if (!MUSTER_GROW(p->plans, p->capacity, p->count)) return muster_fail_memory(err);
  planned *made = &p->plans[p->count++];
  *made = (planned){.record = record};
  made->state = (muster_plan_state){.plan = plan, .rule = rule, .subject = *s, .start = start, .begun_now = !record};
  return review(p, made, err);
}

/* ---- which plans there are ---- */

/* Reviewed before this school year. Where the calendar does not reach back to its start, weeks cannot be counted from
 * there, and the start decides. */
static bool of_earlier_year(const planning *p, const muster_plan_state *state) {
  bool counted = muster_week_of(state->start) >= p->reg->schools[p->school].open.first_week;
  muster_date decides = counted ? state->review : state->start;
  return state->outcome != MUSTER_PLAN_RUNNING && muster_date_school_year(decides) < muster_date_school_year(p->as_of);
}

static muster_status known_plans(planning *p, const muster_plan_memory *memory, muster_error *err) {
  const muster_plan_record *record;
  for (uint32_t at = MUSTER_NONE; (record = muster_plan_memory_of_school(memory, p->reg, p->school, &at));) {
    uint32_t rule = rule_of_id(p->set, record->rule);
    uint32_t plan = rule == MUSTER_NONE ? MUSTER_NONE : muster_plan_named(p->set, rule, record->plan);
    muster_subject s;
    if (plan == MUSTER_NONE || record->start > p->as_of || !subject_of(p, record, rule, &s)) continue;
    MUSTER_TRY(add_plan(p, plan, rule, &s, record->start, record, err));
    if (of_earlier_year(p, &p->plans[p->count - 1].state)) p->count--;
  }
  return MUSTER_OK;
}

/* Is there a plan that began on or after `since`, or that is still running. */
static bool has_plan(const planning *p, uint32_t plan, uint32_t rule, const muster_subject *s, muster_date since) {
  for (size_t i = 0; i < p->count; i++) {
    const muster_plan_state *state = &p->plans[i].state;
    if (state->plan != plan || state->rule != rule || !muster_same_subject(&state->subject, s)) continue;
    if (state->start >= since || state->outcome == MUSTER_PLAN_RUNNING) return true;
  }
  return false;
}

static muster_status new_plans(planning *p, const muster_school_run *out, muster_error *err) {
  size_t known = p->count;
  for (size_t i = 0; i < out->count; i++) {
    const muster_finding *f = &out->findings[i].finding;
    uint32_t plan = muster_plan_named(p->set, f->rule, p->set->rules[f->rule].plan);
    if (plan == MUSTER_NONE) continue;
    if (known && has_plan(p, plan, f->rule, &f->subject, f->since)) continue;
    MUSTER_TRY(add_plan(p, plan, f->rule, &f->subject, p->as_of, NULL, err));
  }
  return MUSTER_OK;
}

static muster_status escalate(planning *p, muster_error *err) {
  for (size_t i = 0, n = p->count; i < n; i++) {
    muster_plan_state failed = p->plans[i].state;
    if (failed.escalates_to == MUSTER_NONE) continue;
    if (has_plan(p, failed.escalates_to, failed.rule, &failed.subject, failed.review)) continue;
    MUSTER_TRY(add_plan(p, failed.escalates_to, failed.rule, &failed.subject, p->as_of, NULL, err));
  }
  return MUSTER_OK;
}

/* ---- steps ---- */

static const muster_plan_step_record *record_of(const muster_plan_record *record, const char *step) {
  for (size_t i = 0; record && i < record->step_count; i++)
    if (strcmp(record->steps[i].step, step) == 0) return &record->steps[i];
  return NULL;
}

static muster_status wanted(planning *p, const muster_plan_state *state, uint32_t step, bool *is, muster_error *err) {
  *is = true;
  if (!p->set->plans[state->plan].steps[step].conditional) return MUSTER_OK;
  bool over = state->outcome != MUSTER_PLAN_RUNNING;
  muster_desk_set_as_of(p->asker->desk, over ? state->review : p->as_of);
  muster_desk_set_plan_start(p->asker->desk, state->start);
  muster_status status = p->set->class_->step_wanted(p->asker->state, &state->subject, state->rule, state->plan, step,
                                                     state->start, is, err);
  muster_desk_set_plan_start(p->asker->desk, MUSTER_NO_DATE);
  return status == MUSTER_OK && muster_desk_failed(p->asker->desk) ? muster_fail_memory(err) : status;
}

static muster_status add_step(planning *p, planned *plan, uint32_t step, muster_school_run *out, muster_error *err) {
  muster_plan_state *state = &plan->state;
  const muster_step *about = &p->set->plans[state->plan].steps[step];
  const muster_plan_step_record *record = record_of(plan->record, about->id);
  bool done = record && record->done != MUSTER_NO_DATE && record->done <= p->as_of && !record->dropped,
       is_wanted = true;
  if (!done) MUSTER_TRY(wanted(p, state, step, &is_wanted, err));
  if (!is_wanted && !record) return MUSTER_OK;
  if (!MUSTER_GROW(out->rows, out->row_capacity, out->row_count)) return muster_fail_memory(err);
  muster_plan_row *row = &out->rows[out->row_count++];
  *row = (muster_plan_row){
      .plan = state->plan, .rule = state->rule, .step = step, .subject = state->subject, .start = state->start};
  row->due = muster_lasting_end(p->reg, p->school, state->start, about->due, p->as_of);
  row->done = done ? record->done : MUSTER_NO_DATE;
  if (done) {
    row->status = MUSTER_STEP_DONE;
  } else if (!is_wanted || (record && record->dropped)) {
    row->status = MUSTER_STEP_DROPPED;
    return MUSTER_OK;
  } else {
    row->status = p->as_of > row->due ? MUSTER_STEP_LATE : MUSTER_STEP_OPEN;
    row->missing = state->outcome != MUSTER_PLAN_RUNNING;
  }
  state->required++;
  state->done += done;
  state->late += row->status == MUSTER_STEP_LATE;
  state->missing += row->missing;
  return MUSTER_OK;
}

/* ---- order ---- */

static int by_number(uint32_t a, uint32_t b) { return (a > b) - (a < b); }

static int by_plan(const void *a, const void *b) {
  const muster_plan_state *x = &((const planned *)a)->state, *y = &((const planned *)b)->state;
  if (x->plan != y->plan) return by_number(x->plan, y->plan);
  if (x->rule != y->rule) return by_number(x->rule, y->rule);
  if (x->subject.pupil != y->subject.pupil) return by_number(x->subject.pupil, y->subject.pupil);
  if (x->subject.group != y->subject.group) return by_number(x->subject.group, y->subject.group);
  return (x->start > y->start) - (x->start < y->start);
}

static muster_status put_out(planning *p, muster_school_run *out, muster_error *err) {
  if (p->count) qsort(p->plans, p->count, sizeof *p->plans, by_plan);
  for (size_t i = 0; i < p->count; i++) {
    planned *plan = &p->plans[i];
    for (uint32_t s = 0; s < p->set->plans[plan->state.plan].step_count; s++)
      MUSTER_TRY(add_step(p, plan, s, out, err));
    if (!MUSTER_GROW(out->plans, out->plan_capacity, out->plan_count)) return muster_fail_memory(err);
    out->plans[out->plan_count++] = plan->state;
  }
  return MUSTER_OK;
}

muster_status muster_school_plans(muster_asker *asker, const muster_run_options *options, uint32_t school,
                                  muster_school_run *out, muster_error *err) {
  planning p = {asker, asker->reg, asker->set, options->as_of, school, NULL, 0, 0};
  muster_status status = options->plans ? known_plans(&p, options->plans, err) : MUSTER_OK;
  if (status == MUSTER_OK) status = new_plans(&p, out, err);
  if (status == MUSTER_OK) status = escalate(&p, err);
  if (status == MUSTER_OK) status = put_out(&p, out, err);
  muster_free(p.plans);
  return status;
}
