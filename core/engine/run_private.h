/* What a run gathers for one school, before all schools are put in order. */
#ifndef MUSTER_ENGINE_RUN_PRIVATE_H
#define MUSTER_ENGINE_RUN_PRIVATE_H

#include "ask.h"
#include "muster/engine/lifecycle.h"
#include "muster/engine/run.h"
#include "subjects.h"

/* A finding and where its subject stands in the school's order. */
typedef struct muster_school_finding {
  muster_finding finding;
  uint32_t place;
  bool inhibited, silenced;
} muster_school_finding;

typedef struct muster_school_run {
  muster_school_finding *findings;
  size_t count, capacity;
  muster_plan_state *plans;
  size_t plan_count, plan_capacity;
  muster_plan_row *rows;
  size_t row_count, row_capacity;
  size_t subjects[3], inhibited, silenced, pending;
  bool closed;
  muster_arena texts;
} muster_school_run;

/** Plans of a school: those that `options->plans` knows, those that its findings in `out` begin, and those that failed
 * reviews escalate to. They and their steps are added to `out`. */
MUSTER_CHECK muster_status muster_school_plans(muster_asker *asker, const muster_run_options *options, uint32_t school,
                                               muster_school_run *out, muster_error *err);

#endif
