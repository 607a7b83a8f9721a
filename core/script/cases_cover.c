/* Coverage: a case with a finding, one without, for each number a case that stands at its boundary, and for a rule that
 * inhibits another a case in which it does. */
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

/* Something looked for in the cases of a rule that could be run, until one of them shows it. */
typedef struct sought {
  muster_param *param; /* moved by a step, or NULL: */
  uint32_t without;    /* a rule that is left out */
  bool shown;
} sought;

static muster_status differs(const muster_pack *pack, const test_case *c, const muster_register *reg,
                             const case_findings *as_is, muster_arena *arena, bool *differ, muster_error *err) {
  case_findings other;
  MUSTER_TRY(case_run(pack, c, reg, arena, &other, err));
  *differ = !same_subjects(as_is, &other);
  return MUSTER_OK;
}

/* Does the outcome of the case change when the parameter moves one step either way. */
static muster_status at_boundary(const muster_pack *pack, const test_case *c, const muster_register *reg,
                                 const case_findings *as_is, muster_arena *arena, sought *s, muster_error *err) {
  const char *own = s->param->value;
  muster_status status = MUSTER_OK;
  for (int direction = -1; status == MUSTER_OK && direction <= 1 && !s->shown; direction += 2) {
    char value[40];
    if (!moved(s->param, direction, value, sizeof value)) continue;
    s->param->value = value;
    status = differs(pack, c, reg, as_is, arena, &s->shown, err);
    s->param->value = own;
  }
  return status;
}

/* Does the outcome of the case change when a rule that it names in `with` is not asked. */
static muster_status with_and_without(const muster_pack *pack, const test_case *c, const muster_register *reg,
                                      const case_findings *as_is, muster_arena *arena, sought *s, muster_error *err) {
  test_case less = *c;
  less.with_count = 0;
  less.with = muster_arena_alloc(arena, (c->with_count + 1) * sizeof *less.with);
  if (!less.with) return muster_fail_memory(err);
  for (size_t k = 0; k < c->with_count; k++)
    if (c->with[k] != s->without) less.with[less.with_count++] = c->with[k];
  return less.with_count == c->with_count ? MUSTER_OK : differs(pack, &less, reg, as_is, arena, &s->shown, err);
}

static muster_status look_in_case(muster_pack *pack, const test_case *c, sought *s, muster_error *err) {
  case_saved saved;
  case_findings as_is;
  muster_register *reg;
  muster_arena arena = {0};
  MUSTER_TRY(case_params_apply(pack, c, &saved, err));
  muster_status status = case_register(pack, c, &reg, err);
  if (status == MUSTER_OK) {
    status = case_run(pack, c, reg, &arena, &as_is, err);
    if (status == MUSTER_OK) status = (s->param ? at_boundary : with_and_without)(pack, c, reg, &as_is, &arena, s, err);
    muster_register_free(reg);
  }
  muster_arena_free(&arena);
  case_params_restore(pack, c, &saved);
  return status;
}

static muster_status look_for(muster_pack *pack, const test_cases *cases, const size_t *fired, uint32_t rule, sought *s,
                              muster_error *err) {
  for (size_t i = 0; i < cases->n && !s->shown; i++) {
    if (cases->at[i].rule != rule || fired[i] == SIZE_MAX) continue;
    muster_status status = look_in_case(pack, &cases->at[i], s, err);
    if (status != MUSTER_PACK) MUSTER_TRY(status); /* a value that the rule cannot live with is no boundary */
  }
  return MUSTER_OK;
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
  if (lesser != MUSTER_NONE) {
    sought inhibition = {.without = rule};
    MUSTER_TRY(look_for(pack, cases, fired, lesser, &inhibition, err));
    if (!inhibition.shown) coverage->unshown = pack->infos[lesser].id;
  }
  for (size_t i = 0; i < info->param_count; i++) {
    sought boundary = {.param = (muster_param *)&info->params[i]};
    if (!numeric(&info->params[i])) continue;
    MUSTER_TRY(look_for(pack, cases, fired, rule, &boundary, err));
    if (!boundary.shown) *missing++ = info->params[i].name;
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
