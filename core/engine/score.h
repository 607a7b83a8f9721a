/* Shares, leads and the counters they are made from. Counters are whole numbers, so sums do not depend on their order.
 */
#ifndef MUSTER_ENGINE_SCORE_H
#define MUSTER_ENGINE_SCORE_H

#include "muster/engine/backtest.h"

enum { MUSTER_MOST_LEAD = 260 }; /* school days either way; no school year has more */

/** One line's counters. */
typedef struct muster_counter {
  uint64_t (*groups)[2]; /* flagged and hits of each group; index group_count is everybody */
  uint64_t lead[2 * MUSTER_MOST_LEAD + 1];
  uint32_t *fresh, *standing;
  uint64_t alone, alone_hits;
} muster_counter;

/** Counters of all lines: the rules, then the pack, then the threshold. */
typedef struct muster_counters {
  muster_counter *lines;
  size_t line_count, group_count, tick_count;
  uint64_t (*cases)[2]; /* cases and positives of each group, and of everybody */
  muster_arena arena;
} muster_counters;

MUSTER_CHECK muster_status muster_counters_open(muster_counters *c, size_t lines, size_t groups, size_t ticks,
                                                muster_error *err);
void muster_counters_add(muster_counters *into, const muster_counters *from);
void muster_counters_close(muster_counters *c);

/** A line as it is reported. Arrays are made in the arena. */
MUSTER_CHECK muster_status muster_counter_line(const muster_counters *c, size_t line, bool scored, muster_arena *arena,
                                               muster_backtest_line *out, muster_error *err);

#endif
