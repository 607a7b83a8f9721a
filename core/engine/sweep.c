/* A sweep: one ruleset after another through a run or a backtest. */
#include "muster/engine/sweep.h"

#include <string.h>

static muster_status find_rule(const muster_ruleset *set, const char *id, uint32_t *rule, muster_error *err) {
  *rule = MUSTER_NONE;
  if (!id) return MUSTER_OK;
  for (uint32_t r = 0; r < set->rule_count; r++)
    if (strcmp(set->rules[r].id, id) == 0) *rule = r;
  if (*rule != MUSTER_NONE) return MUSTER_OK;
  return muster_fail(err, MUSTER_USAGE, "there is no rule %s", id);
}

static muster_status run_point(const muster_register *reg, const muster_ruleset *set, uint32_t rule,
                               const muster_run_options *options, muster_sweep_point *point, muster_error *err) {
  muster_run run;
  MUSTER_TRY(muster_run_rules(reg, set, options, &run, err));
  for (size_t i = 0; i < run.finding_count; i++) point->findings += rule == MUSTER_NONE || run.findings[i].rule == rule;
  point->pending = run.pending;
  muster_run_free(&run);
  return MUSTER_OK;
}

static muster_status backtest_point(const muster_register *reg, const muster_ruleset *set, uint32_t rule,
                                    const muster_backtest_options *options, muster_sweep *out,
                                    muster_sweep_point *point, muster_error *err) {
  muster_backtest backtest;
  MUSTER_TRY(muster_backtest_run(reg, set, options, &backtest, err));
  const muster_backtest_line *line = rule == MUSTER_NONE ? &backtest.pack : &backtest.rules[rule];
  point->findings = line->workload.total;
  point->per_tick = line->workload.mean;
  point->most = line->workload.most;
  point->scored = line->scored;
  point->score = line->all;
  point->lead = line->lead;
  out->ticks = backtest.tick_count;
  muster_backtest_free(&backtest);
  return MUSTER_OK;
}

static muster_status sweep_value(const muster_register *reg, const muster_sweep_options *options, size_t value,
                                 muster_sweep *out, muster_error *err) {
  const muster_ruleset *set = NULL;
  MUSTER_TRY(options->make(options->context, value, &set, err));
  uint32_t rule;
  muster_sweep_point *point = &out->points[value];
  muster_status status = find_rule(set, options->rule, &rule, err);
  if (status == MUSTER_OK)
    status = options->backtest ? backtest_point(reg, set, rule, options->backtest, out, point, err)
                               : run_point(reg, set, rule, options->run, point, err);
  if (options->done) options->done(options->context, set);
  return status;
}

muster_status muster_sweep_run(const muster_register *reg, const muster_sweep_options *options, muster_sweep *out,
                               muster_error *err) {
  *out = (muster_sweep){0};
  if (!options->backtest && !options->run)
    return muster_fail(err, MUSTER_USAGE, "a sweep needs dates: of a run or of a backtest");
  out->points = muster_arena_alloc(&out->arena, (options->value_count + 1) * sizeof *out->points);
  muster_status status = out->points ? MUSTER_OK : muster_fail_memory(err);
  for (; status == MUSTER_OK && out->count < options->value_count; out->count++)
    status = sweep_value(reg, options, out->count, out, err);
  if (status != MUSTER_OK) muster_sweep_free(out);
  return status;
}

void muster_sweep_free(muster_sweep *sweep) {
  muster_arena_free(&sweep->arena);
  *sweep = (muster_sweep){0};
}
