/* One school's year, lived again day by day. */
#ifndef MUSTER_ENGINE_REPLAY_H
#define MUSTER_ENGINE_REPLAY_H

#include "ask.h"
#include "outcome.h"
#include "score.h"
#include "subjects.h"

enum { MUSTER_MOST_GROUPINGS = 16 };

/** What all schools of a backtest share. Read-only while they are replayed. */
typedef struct muster_replay_plan {
  const muster_register *reg;
  const muster_ruleset *set;
  muster_cast *casts;
  size_t cast_count;
  muster_cases cases;
  const muster_date *ticks; /* ascending */
  size_t tick_count;
  int year;
  muster_date to;
  bool any_daily; /* some rule is looked at every day */
  /* groups: pupils' values of attribute a are numbers in texts; group_of[a][value] is a group or MUSTER_NONE */
  const muster_attribute *groupings[MUSTER_MOST_GROUPINGS];
  uint32_t *group_of[MUSTER_MOST_GROUPINGS];
  size_t grouping_count, group_count;
} muster_replay_plan;

/** Replays a school and adds what it finds to the counters: lines 0 .. rule_count-1 are the rules, then pack, then
 * threshold. */
MUSTER_CHECK muster_status muster_replay_school(muster_asker *asker, const muster_replay_plan *plan, uint32_t school,
                                                muster_counters *counters, muster_error *err);

#endif
