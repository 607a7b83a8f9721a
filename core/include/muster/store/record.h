/* muster/store/record.h - what runs found and what was planned, kept from run to run.
 * Names are texts here, as outputs show them, because rules and plans come and go between runs. */
#ifndef MUSTER_STORE_RECORD_H
#define MUSTER_STORE_RECORD_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** A finding of a run. Texts are borrowed on the way in. */
typedef struct muster_stored_finding {
  const char *rule, *scope, *subject, *school, *level;
  muster_date since;
  const char *message, *evidence;
} muster_stored_finding;

/** In the order of muster_step_status. */
typedef enum muster_stored_status {
  MUSTER_STORED_OPEN,
  MUSTER_STORED_DONE,
  MUSTER_STORED_LATE,
  MUSTER_STORED_DROPPED
} muster_stored_status;

/** A step of a plan for a subject. One plan of a subject is known by plan, rule, scope, subject, school and start. */
typedef struct muster_stored_step {
  uint32_t number; /* of the plan in the store, from 1; ignored on the way in */
  const char *plan, *rule, *scope, *subject, *school;
  muster_date start; /* of the plan */
  const char *step, *action, *owner;
  muster_date due;
  muster_stored_status status;
  muster_date done_on; /* MUSTER_NO_DATE unless done */
} muster_stored_step;

typedef struct muster_stored_run {
  muster_date as_of;
  const char
      *packs; /* digest that names packs and parameters: a run of the same at the same date replaces the former */
  const char *run_json; /* as written to run.json; may be NULL */
  const muster_stored_finding *findings;
  size_t finding_count;
  const muster_stored_step *steps;
  size_t step_count;
} muster_stored_run;

/** Records a run in one transaction. Findings of the run are kept as they are. Steps are updated or added; a step that
 * the store knows as done stays done, whatever the run says.
 * @param number  of the run; may be NULL */
MUSTER_CHECK muster_status muster_store_record(const char *path, const muster_stored_run *run, uint32_t *number,
                                               muster_error *err);

/** Steps of the plans of a store, in the order plan number, then place in the plan. Texts are owned by the list. */
typedef struct muster_stored_steps {
  muster_stored_step *at;
  size_t count;
  muster_arena arena;
} muster_stored_steps;

/** Reads the plans that had begun by `as_of` (MUSTER_NO_DATE = all), each step as the latest run or `plan done` left
 * it; what was done after `as_of` is not yet done. */
MUSTER_CHECK muster_status muster_store_plans(const char *path, muster_date as_of, muster_stored_steps *steps,
                                              muster_error *err);
void muster_stored_steps_free(muster_stored_steps *steps);

/** Says that a step was done. `plan` is a plan's number, or else any of: a subject, a plan's id, "PLAN/SUBJECT" or
 * "PLAN:SUBJECT", as long as exactly one plan with such a step still to do is meant.
 * @retval MUSTER_USAGE  no plan or step of that name, more than one, or a date before the plan began */
MUSTER_CHECK muster_status muster_store_plan_done(const char *path, const char *plan, const char *step, muster_date on,
                                                  muster_error *err);

MUSTER_END_DECLS
#endif
