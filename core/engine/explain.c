/* An explanation: the state of every rule for one subject, and for each rule wanted what it asked and how far away it
 * is. */
#include "muster/engine/explain.h"

#include "explain_private.h"
#include "muster/engine/run.h"
#include "past.h"

const char *muster_explain_status_text(muster_explain_status status) {
  static const char *const texts[] = {"not flagged", "reported",  "held",         "pending",
                                      "silenced",    "inhibited", "school closed"};
  return texts[status];
}

muster_status muster_subject_of_pupil(const muster_register *reg, muster_text id, muster_date date,
                                      muster_subject *subject, muster_error *err) {
  uint32_t number = muster_map_find(&reg->pupil_ids, id);
  if (number == MUSTER_NONE) {
    muster_fail(err, MUSTER_DATA, "there is no pupil with this id in the data");
    muster_error_todo(err, "look at the pupil_id column of the data");
    return MUSTER_DATA;
  }
  for (uint32_t e = reg->first_enrolment[number]; e != MUSTER_NONE; e = reg->pupils[e].next) {
    if (!muster_on_roll(&reg->pupils[e], date)) continue;
    *subject = (muster_subject){.kind = MUSTER_SUBJECT_PUPIL, .school = reg->pupils[e].school, .pupil = e};
    return MUSTER_OK;
  }
  const muster_pupil *pupil = &reg->pupils[reg->first_enrolment[number]];
  char on[MUSTER_DATE_TEXT], start[MUSTER_DATE_TEXT], end[MUSTER_DATE_TEXT];
  muster_fail(err, MUSTER_DATA, "the pupil is not on roll on %s", muster_date_format(date, on));
  muster_error_expected(err, "a date from %s to %s",
                        pupil->start == MUSTER_NO_DATE ? "the beginning" : muster_date_format(pupil->start, start),
                        pupil->end == MUSTER_NO_DATE ? "the end" : muster_date_format(pupil->end, end));
  muster_error_todo(err, "name another as-of date");
  return MUSTER_DATA;
}

/* ---- the state of the rules ---- */

typedef struct rule_state {
  bool asked, truth;
  muster_life life;
  muster_explain_status status;
  uint32_t inhibited_by;
} rule_state;

static bool rule_applies(const muster_register *reg, const muster_rule *rule, const muster_subject *s) {
  if (rule->scope != s->kind || rule->disabled) return false;
  if (s->kind != MUSTER_SUBJECT_GROUP) return true;
  const muster_attribute *by = rule->by ? muster_attribute_find(&reg->pupil_attributes, rule->by) : NULL;
  return by == &reg->pupil_attributes.columns[s->by];
}

static muster_explain_status status_of(const muster_rule *rule, const rule_state *state, muster_date as_of) {
  if (!muster_life_reports(&state->life)) return state->truth ? MUSTER_EXPLAIN_PENDING : MUSTER_EXPLAIN_NOT_FLAGGED;
  if (rule->silence != MUSTER_NO_DATE && as_of <= rule->silence) return MUSTER_EXPLAIN_SILENCED;
  return muster_life_held(&state->life) ? MUSTER_EXPLAIN_HELD : MUSTER_EXPLAIN_REPORTED;
}

static void inhibit(const muster_ruleset *set, rule_state *states) {
  for (uint32_t r = 0; r < set->rule_count; r++) {
    bool speaks =
        states[r].asked && muster_life_reports(&states[r].life) && states[r].status != MUSTER_EXPLAIN_SILENCED;
    uint32_t lesser = speaks ? muster_rule_inhibited(set, r) : MUSTER_NONE;
    if (lesser == MUSTER_NONE || lesser == r || states[lesser].inhibited_by != MUSTER_NONE) continue;
    states[lesser].inhibited_by = r;
  }
  for (uint32_t r = 0; r < set->rule_count; r++) {
    muster_explain_status *status = &states[r].status;
    bool shown = *status == MUSTER_EXPLAIN_REPORTED || *status == MUSTER_EXPLAIN_HELD;
    if (shown && states[r].inhibited_by != MUSTER_NONE) *status = MUSTER_EXPLAIN_INHIBITED;
  }
}

static muster_status look_at_rules(muster_asker *asker, const muster_subject *s, muster_date as_of, rule_state *states,
                                   muster_error *err) {
  const muster_ruleset *set = asker->set;
  bool closed = muster_school_closed(asker->reg, s->school, as_of);
  for (uint32_t r = 0; r < set->rule_count; r++) {
    rule_state *state = &states[r];
    state->inhibited_by = MUSTER_NONE;
    if (!rule_applies(asker->reg, &set->rules[r], s)) continue;
    MUSTER_TRY(muster_ask_truth(asker, as_of, s, 1, r, &state->truth, err));
    MUSTER_TRY(muster_lives_at(asker, r, s->school, as_of, s, 1, &state->truth, &state->life, err));
    state->asked = true;
    state->status = status_of(&set->rules[r], state, as_of);
  }
  inhibit(set, states);
  for (uint32_t r = 0; closed && r < set->rule_count; r++) states[r].status = MUSTER_EXPLAIN_CLOSED;
  return MUSTER_OK;
}

/* ---- one rule after another ---- */

static muster_status explain_rule(muster_asker *asker, const muster_explain_options *options, const rule_state *state,
                                  uint32_t rule, muster_explanation *out, muster_error *err) {
  muster_explained *e = &out->rules[out->rule_count++];
  *e = (muster_explained){
      .rule = rule, .flagged = state->truth, .status = state->status, .inhibited_by = state->inhibited_by};
  e->since = state->life.since;
  MUSTER_TRY(muster_explain_questions(asker, &out->subject, out->as_of, e, &out->arena, err));
  if (options->without_distance || out->subject.kind != MUSTER_SUBJECT_PUPIL) return MUSTER_OK;
  return muster_explain_distance(asker, &out->subject, out->as_of, e, err);
}

static uint32_t shortest(const muster_explained *e) {
  uint32_t n = UINT32_MAX;
  if (!e->has_distance || e->flagged) return n;
  if (e->unauthorised.known) n = e->unauthorised.sessions;
  if (e->illness.known && e->illness.sessions < n) n = e->illness.sessions;
  return n;
}

static void find_nearest(muster_explanation *out) {
  uint32_t best = UINT32_MAX;
  out->nearest = MUSTER_NONE;
  for (uint32_t i = 0; i < out->rule_count; i++) {
    if (shortest(&out->rules[i]) >= best) continue;
    best = shortest(&out->rules[i]);
    out->nearest = i;
  }
}

static muster_status explain_with(muster_asker *asker, const muster_explain_options *options, muster_explanation *out,
                                  muster_error *err) {
  const muster_ruleset *set = asker->set;
  rule_state *states = muster_arena_alloc(&out->arena, (set->rule_count + 1) * sizeof *states);
  out->rules = muster_arena_alloc(&out->arena, (set->rule_count + 1) * sizeof *out->rules);
  if (!states || !out->rules) return muster_fail_memory(err);
  MUSTER_TRY(look_at_rules(asker, &out->subject, out->as_of, states, err));
  for (uint32_t r = 0; r < set->rule_count; r++)
    if (states[r].asked && (options->rule == MUSTER_NONE || options->rule == r))
      MUSTER_TRY(explain_rule(asker, options, &states[r], r, out, err));
  find_nearest(out);
  return MUSTER_OK;
}

static muster_status check(const muster_register *reg, const muster_ruleset *set, const muster_subject *subject,
                           const muster_explain_options *options, muster_error *err) {
  if (options->as_of == MUSTER_NO_DATE) return muster_fail(err, MUSTER_USAGE, "there is no as-of date");
  if (options->rule == MUSTER_NONE ||
      (options->rule < set->rule_count && rule_applies(reg, &set->rules[options->rule], subject)))
    return MUSTER_OK;
  muster_fail(err, MUSTER_USAGE, "the rule is disabled, or not about subjects of this kind");
  return MUSTER_USAGE;
}

muster_status muster_explain(const muster_register *reg, const muster_ruleset *set, const muster_subject *subject,
                             const muster_explain_options *options, muster_explanation *out, muster_error *err) {
  *out = (muster_explanation){.subject = *subject, .as_of = options->as_of, .nearest = MUSTER_NONE};
  MUSTER_TRY(check(reg, set, subject, options, err));
  muster_asker asker = {0};
  MUSTER_TRY(muster_asker_open(&asker, reg, set, err));
  muster_desk_set_plans(asker.desk, options->plans);
  muster_status status = explain_with(&asker, options, out, err);
  muster_asker_close(&asker);
  if (status != MUSTER_OK) muster_explanation_free(out);
  return status;
}

void muster_explanation_free(muster_explanation *explanation) {
  muster_arena_free(&explanation->arena);
  *explanation = (muster_explanation){0};
}
