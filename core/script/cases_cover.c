/* Coverage: a case with a finding, one without, and for each number a case that stands at its boundary. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "evidence.h"

static bool numeric(const muster_param *p) {
  return p->kind == MUSTER_PARAM_INTEGER || p->kind == MUSTER_PARAM_NUMBER || p->kind == MUSTER_PARAM_RATE;
}

static double step_of(const muster_param *p) {
  double number;
  if (p->kind == MUSTER_PARAM_INTEGER) return 1;
  if (p->kind == MUSTER_PARAM_RATE) return 0.01;
  if (!muster_text_number(muster_text_of(p->default_value), &number) || number == 0) return 0.01;
  return fabs(number) / 100;
}

/* The parameter's value moved by a step, as text; false when that is out of its bounds. */
static bool moved(const muster_param *p, int direction, char *out, size_t size) {
  double number;
  if (!muster_text_number(muster_text_of(p->value), &number)) return false;
  number += direction * step_of(p);
  if (number < p->min || number > p->max) return false;
  if (p->kind == MUSTER_PARAM_INTEGER)
    snprintf(out, size, "%.0f", number);
  else
    snprintf(out, size, "%.15g", number);
  return true;
}

static bool same_subjects(const case_findings *a, const case_findings *b) {
  if (a->n != b->n) return false;
  for (size_t i = 0; i < a->n; i++)
    if (strcmp(a->at[i].subject, b->at[i].subject) != 0) return false;
  return true;
}

/* Does the outcome of the case change when the parameter moves one step either way. */
static muster_status at_boundary(const muster_pack *pack, const test_case *c, const muster_register *reg,
                                 muster_param *param, bool *flips, muster_error *err) {
  const char *own = param->value;
  muster_arena arena = {0};
  case_findings as_is, other;
  muster_status status = case_run(pack, c, reg, &arena, &as_is, err);
  for (int direction = -1; status == MUSTER_OK && direction <= 1 && !*flips; direction += 2) {
    char value[40];
    if (!moved(param, direction, value, sizeof value)) continue;
    param->value = value;
    status = case_run(pack, c, reg, &arena, &other, err);
    param->value = own;
    if (status == MUSTER_OK) *flips = !same_subjects(&as_is, &other);
  }
  muster_arena_free(&arena);
  return status;
}

static muster_status look_for_boundary(muster_pack *pack, const test_cases *cases, const size_t *fired, uint32_t rule,
                                       muster_param *param, bool *flips, muster_error *err) {
  for (size_t i = 0; i < cases->n && !*flips; i++) {
    const test_case *c = &cases->at[i];
    if (c->rule != rule || fired[i] == SIZE_MAX) continue;
    case_saved saved;
    muster_register *reg;
    MUSTER_TRY(case_params_apply(pack, c, &saved, err));
    muster_status status = case_register(pack, c, &reg, err);
    if (status == MUSTER_OK) {
      status = at_boundary(pack, c, reg, param, flips, err);
      muster_register_free(reg);
    }
    case_params_restore(pack, c, &saved);
    if (status == MUSTER_PACK) continue; /* a value that the rule cannot live with is no boundary */
    MUSTER_TRY(status);
  }
  return MUSTER_OK;
}

/* Is there a case of the lesser rule in which the other one is asked as well. */
static bool shows_inhibition(const test_cases *cases, const size_t *fired, uint32_t lesser, uint32_t rule) {
  for (size_t i = 0; i < cases->n; i++)
    for (size_t k = 0; cases->at[i].rule == lesser && fired[i] != SIZE_MAX && k < cases->at[i].with_count; k++)
      if (cases->at[i].with[k] == rule) return true;
  return false;
}

static muster_status cover_rule(muster_pack *pack, const test_cases *cases, const size_t *fired, uint32_t rule,
                                muster_arena *arena, muster_coverage *coverage, muster_error *err) {
  const muster_rule_info *info = &pack->infos[rule];
  const char **missing = muster_arena_alloc(arena, (info->param_count + 1) * sizeof *missing);
  if (!missing) return muster_fail_memory(err);
  *coverage = (muster_coverage){.rule = info->id, .no_boundary = missing};
  for (size_t i = 0; i < cases->n; i++) {
    if (cases->at[i].rule != rule || fired[i] == SIZE_MAX) continue;
    coverage->cases++;
    if (fired[i]) coverage->fires = true;
    if (!fired[i]) coverage->silent = true;
  }
  uint32_t lesser = info->inhibits ? pack_rule_find(pack, info->inhibits) : MUSTER_NONE;
  if (lesser != MUSTER_NONE && !shows_inhibition(cases, fired, lesser, rule))
    coverage->unshown = pack->infos[lesser].id;
  for (size_t i = 0; i < info->param_count; i++) {
    bool flips = false;
    if (!numeric(&info->params[i])) continue;
    MUSTER_TRY(look_for_boundary(pack, cases, fired, rule, (muster_param *)&info->params[i], &flips, err));
    if (!flips) *missing++ = info->params[i].name;
  }
  return MUSTER_OK;
}

muster_status cases_coverage(muster_pack *pack, const test_cases *cases, const size_t *fired, muster_arena *arena,
                             muster_coverage *coverage, size_t *uncovered, muster_error *err) {
  *uncovered = 0;
  for (uint32_t rule = 0; rule < pack->rule_count; rule++) {
    muster_coverage *c = &coverage[rule];
    MUSTER_TRY(cover_rule(pack, cases, fired, rule, arena, c, err));
    if (!c->fires || !c->silent || c->no_boundary[0]) (*uncovered)++;
  }
  return MUSTER_OK;
}
