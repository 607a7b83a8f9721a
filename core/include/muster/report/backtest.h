/* muster/report/backtest.h - backtests and sweeps as sheets. All return NULL when there is no memory. */
#ifndef MUSTER_REPORT_BACKTEST_H
#define MUSTER_REPORT_BACKTEST_H

#include "muster/chart.h"
#include "muster/engine/backtest.h"
#include "muster/engine/sweep.h"
#include "muster/report/sheet.h"

MUSTER_BEGIN_DECLS

/** One line a rule, then `pack` (any rule) and `threshold` (the plain baseline): cases, flagged, hits, precision and
 * recall with intervals, lead time in school days, workload a tick, what the pack would miss without the rule, and what
 * chance would have found.
 * @param source  what the data are (muster_register_source) */
muster_sheet *muster_backtest_rules_sheet(const muster_ruleset *set, const muster_backtest *backtest,
                                          const char *source);

/** date,rule,new,standing: findings at each tick. */
muster_sheet *muster_backtest_ticks_sheet(const muster_ruleset *set, const muster_backtest *backtest);

/** rule,attribute,value and the scores of that group. */
muster_sheet *muster_backtest_groups_sheet(const muster_ruleset *set, const muster_backtest *backtest);

/** value and what the sweep found for it. @param values  texts of the values, one a point
 * @param source  as above */
muster_sheet *muster_sweep_sheet(const char *const *values, const muster_sweep *sweep, const char *source);

/** Precision against recall and lead time of every rule with findings. @param arena  must outlive the chart */
MUSTER_CHECK muster_status muster_backtest_chart(muster_chart *chart, const muster_ruleset *set,
                                                 const muster_backtest *backtest, muster_arena *arena,
                                                 muster_error *err);

MUSTER_END_DECLS
#endif
