/* muster/engine/sweep.h - the same rule with one parameter after another: how many it finds, and how well.
 * Each value has a ruleset of its own, made when its turn comes and given back before the next. */
#ifndef MUSTER_ENGINE_SWEEP_H
#define MUSTER_ENGINE_SWEEP_H

#include "muster/engine/backtest.h"
#include "muster/engine/run.h"

MUSTER_BEGIN_DECLS

/** Makes the ruleset of value number `value`. `context` is the maker's. */
typedef muster_status (*muster_sweep_make)(void *context, size_t value, const muster_ruleset **set, muster_error *err);
typedef void (*muster_sweep_done)(void *context, const muster_ruleset *set);

typedef struct muster_sweep_options {
  size_t value_count;
  muster_sweep_make make;
  muster_sweep_done done; /* may be NULL */
  void *context;
  const char *rule;                        /* in full, "pack/rule"; NULL = all rules of the set together */
  const muster_backtest_options *backtest; /* NULL = one run at `run->as_of` for each value */
  const muster_run_options *run;           /* used when `backtest` is NULL */
} muster_sweep_options;

typedef struct muster_sweep_point {
  uint64_t findings; /* of the run; or new findings over the whole backtest */
  uint64_t pending;  /* of the run, all rules */
  bool scored;       /* a backtest, of a rule about pupils or of the set */
  muster_score score;
  muster_lead lead;
  double per_tick; /* new findings a tick: mean and most */
  uint32_t most;
} muster_sweep_point;

typedef struct muster_sweep {
  muster_sweep_point *points; /* one a value */
  size_t count, ticks;
  muster_arena arena;
} muster_sweep;

/** @retval MUSTER_USAGE  the rule is not in a set, or neither a backtest nor a run was asked for; otherwise as its
 * parts */
MUSTER_CHECK muster_status muster_sweep_run(const muster_register *reg, const muster_sweep_options *options,
                                            muster_sweep *out, muster_error *err);
void muster_sweep_free(muster_sweep *sweep);

MUSTER_END_DECLS
#endif
