/* muster/engine/run.h - subjects x rules at a date, and what comes of it.
 * Schools are dealt to threads; results are put in order at the end, so they are the same for any number of threads. */
#ifndef MUSTER_ENGINE_RUN_H
#define MUSTER_ENGINE_RUN_H

#include "muster/engine/desk.h"

MUSTER_BEGIN_DECLS

typedef struct muster_finding {
  uint32_t rule;
  muster_subject subject;
  muster_date since;     /* first day of the finding */
  muster_date as_of;
  bool held;             /* no longer true, but its hold has not ended */
  const char *message, *evidence;
} muster_finding;

typedef enum muster_step_status { MUSTER_STEP_OPEN, MUSTER_STEP_DONE, MUSTER_STEP_LATE, MUSTER_STEP_DROPPED } muster_step_status;
const char *muster_step_status_text(muster_step_status status);

typedef struct muster_plan_row {
  uint32_t plan, rule, step;
  muster_subject subject;
  muster_date start;     /* of the plan */
  muster_date due;
  muster_step_status status;
} muster_plan_row;

typedef struct muster_run_options {
  muster_date as_of;
  unsigned jobs;                     /* 0 = one */
  const muster_progress *progress;   /* may be NULL */
  bool without_lifecycle;            /* true verdicts of the day only: no since, for, hold, rearm (fast screening) */
} muster_run_options;

/** Findings in the order rule, school, subject; plan rows in the order plan, rule, subject, step. */
typedef struct muster_run {
  muster_finding *findings;
  size_t finding_count;
  muster_plan_row *plan_rows;
  size_t plan_row_count;
  size_t subjects[3];                /* how many of each kind were asked about */
  size_t inhibited, silenced;        /* findings left out, by a more severe one or by a silence */
  muster_arena arena;                /* owns everything above */
} muster_run;

/** Runs the rules. Only pupils on roll at the as-of date are subjects.
 * @retval MUSTER_PACK  a rule failed or broke its limits; `run` is empty */
MUSTER_CHECK muster_status muster_run_rules(const muster_register *reg, const muster_ruleset *set, const muster_run_options *options,
                                            muster_run *run, muster_error *err);
void muster_run_free(muster_run *run);

MUSTER_END_DECLS
#endif
