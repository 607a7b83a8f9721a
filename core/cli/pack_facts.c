/* Gathering what there is to say of a pack. */
#include "pack_facts.h"

#include <math.h>
#include <string.h>

#include "muster/report/findings.h"
#include "muster/script/uses.h"

const char *cli_param_bounds(const muster_param *p, muster_arena *arena) {
  bool least = !isnan(p->min), most = !isnan(p->max);
  if (p->choices) {
    muster_buf list;
    muster_buf_init(&list, 1 << 16);
    for (size_t i = 0; p->choices[i]; i++) muster_buf_printf(&list, "%s%s", i ? ", " : "one of ", p->choices[i]);
    const char *text = list.failed ? NULL : muster_arena_copy(arena, list.n ? list.at : "", list.n);
    muster_buf_free(&list);
    return text;
  }
  if (least && most) return muster_arena_printf(arena, "%.15g to %.15g", p->min, p->max);
  if (least) return muster_arena_printf(arena, "at least %.15g", p->min);
  if (most) return muster_arena_printf(arena, "at most %.15g", p->max);
  return "";
}

static muster_status gather_params(const muster_param *params, size_t n, muster_arena *arena,
                                   const muster_fact_param **out, muster_error *err) {
  muster_fact_param *facts = muster_arena_alloc(arena, (n + 1) * sizeof *facts);
  if (!facts) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) {
    const muster_param *p = &params[i];
    const char *bounds = cli_param_bounds(p, arena);
    if (!bounds) return muster_fail_memory(err);
    facts[i] = (muster_fact_param){p->name, muster_param_kind_text(p->kind), p->value, bounds, p->doc ? p->doc : ""};
  }
  *out = facts;
  return MUSTER_OK;
}

static const muster_coverage *coverage_of(const muster_test_results *results, const char *rule) {
  for (size_t i = 0; results && i < results->coverage_count; i++)
    if (strcmp(results->coverage[i].rule, rule) == 0) return &results->coverage[i];
  return NULL;
}

static bool is_covered(const muster_coverage *c) {
  return c && c->fires && c->silent && !(c->no_boundary && c->no_boundary[0]);
}

static muster_status gather_rules(const muster_pack *pack, const muster_test_results *results, muster_arena *arena,
                                  muster_pack_facts *facts, muster_error *err) {
  const muster_rule_info *info = muster_pack_rules(pack, &facts->rule_count);
  muster_fact_rule *rules = muster_arena_alloc(arena, (facts->rule_count + 1) * sizeof *rules);
  if (!rules) return muster_fail_memory(err);
  for (size_t i = 0; i < facts->rule_count; i++) {
    muster_uses uses;
    MUSTER_TRY(muster_pack_uses(pack, info[i].file, arena, &uses, err));
    const muster_coverage *coverage = coverage_of(results, info[i].id);
    rules[i] = (muster_fact_rule){.id = info[i].id,
                                  .title = info[i].title,
                                  .scope = muster_scope_text(info[i].scope),
                                  .level = info[i].disabled ? "disabled" : muster_level_text(info[i].level),
                                  .doc = info[i].doc,
                                  .authority = uses.authority,
                                  .plan = info[i].plan ? info[i].plan : "",
                                  .reads = {uses.methods, uses.kinds, uses.attributes},
                                  .param_count = info[i].param_count,
                                  .cases = coverage ? coverage->cases : 0,
                                  .covered = is_covered(coverage)};
    MUSTER_TRY(gather_params(info[i].params, info[i].param_count, arena, &rules[i].params, err));
  }
  facts->rules = rules;
  return MUSTER_OK;
}

static muster_status gather_plans(const muster_pack *pack, muster_arena *arena, muster_pack_facts *facts,
                                  muster_error *err) {
  const muster_plan *from = muster_pack_plans(pack, &facts->plan_count);
  muster_fact_plan *plans = muster_arena_alloc(arena, (facts->plan_count + 1) * sizeof *plans);
  if (!plans) return muster_fail_memory(err);
  for (size_t i = 0; i < facts->plan_count; i++) {
    muster_uses uses;
    const char *file = muster_arena_printf(arena, "plans/%s.lua", from[i].id); /* a plan's id is its file's name */
    if (!file) return muster_fail_memory(err);
    MUSTER_TRY(muster_pack_uses(pack, file, arena, &uses, err));
    plans[i] =
        (muster_fact_plan){from[i].id, from[i].title, from[i].step_count, {uses.methods, uses.kinds, uses.attributes}};
  }
  facts->plans = plans;
  return MUSTER_OK;
}

static muster_status gather_manifest(const muster_manifest *m, muster_arena *arena, muster_pack_facts *facts,
                                     muster_error *err) {
  muster_fact_pair *needs = muster_arena_alloc(arena, (m->requirement_count + 1) * sizeof *needs);
  muster_fact_pair *applies = muster_arena_alloc(arena, (m->condition_count + 1) * sizeof *applies);
  if (!needs || !applies) return muster_fail_memory(err);
  for (size_t i = 0; i < m->requirement_count; i++)
    needs[i] = (muster_fact_pair){m->requires[i].pack, m->requires[i].versions};
  for (size_t i = 0; i < m->condition_count; i++) {
    const char *values = "";
    for (size_t k = 0; values && m->applies[i].values[k]; k++)
      values = muster_arena_printf(arena, "%s%s%s", values, k ? ", " : "", m->applies[i].values[k]);
    if (!values) return muster_fail_memory(err);
    applies[i] = (muster_fact_pair){m->applies[i].name, values};
  }
  facts->needs = needs;
  facts->need_count = m->requirement_count;
  facts->applies = applies;
  facts->apply_count = m->condition_count;
  facts->param_count = m->param_count;
  return gather_params(m->params, m->param_count, arena, &facts->params, err);
}

muster_status cli_pack_facts(const muster_pack *pack, const muster_test_results *results, const char *signature,
                             muster_arena *arena, muster_pack_facts *facts, muster_error *err) {
  const muster_manifest *m = muster_pack_manifest(pack);
  *facts = (muster_pack_facts){.name = m->name,
                               .version = m->version,
                               .licence = m->licence,
                               .about = m->about,
                               .digest = muster_pack_digest(pack),
                               .signature = signature,
                               .authors = m->authors};
  if (results) {
    facts->cases = results->case_count;
    facts->failed = results->failed;
  }
  MUSTER_TRY(gather_manifest(m, arena, facts, err));
  MUSTER_TRY(gather_rules(pack, results, arena, facts, err));
  return gather_plans(pack, arena, facts, err);
}
