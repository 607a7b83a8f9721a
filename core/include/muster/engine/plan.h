/* muster/engine/plan.h - plans over time: steps with due dates, what was done, reviews, escalation.
 *
 * A plan begins for a subject when a rule that names it first reports the subject. Its memory, kept by a store from run
 * to run, says when that was and what has been done since; without a memory every plan begins at the as-of date. One
 * plan serves one finding: a finding that goes on, or that began before the plan did, begins no second one. A plan that
 * has begun goes on when its finding ends, until its review. A step is open until it is done or dropped, late after its
 * due date, and missing when it was required and not done when the plan was reviewed. A review that fails begins the
 * plan it escalates to. */
#ifndef MUSTER_ENGINE_PLAN_H
#define MUSTER_ENGINE_PLAN_H

#include "muster/engine/rule.h"

MUSTER_BEGIN_DECLS

typedef enum muster_step_status {
  MUSTER_STEP_OPEN,
  MUSTER_STEP_DONE,
  MUSTER_STEP_LATE,
  MUSTER_STEP_DROPPED /* by hand, or its condition no longer holds */
} muster_step_status;

/** "open", "done", "late", "dropped". */
const char *muster_step_status_text(muster_step_status status);

/** One step of a plan as it stands. */
typedef struct muster_plan_row {
  uint32_t plan, rule, step;
  muster_subject subject;
  muster_date start; /* of the plan */
  muster_date due;
  muster_date done; /* MUSTER_NO_DATE unless done */
  muster_step_status status;
  bool missing; /* required, and not done by the review */
} muster_plan_row;

typedef enum muster_plan_outcome {
  MUSTER_PLAN_RUNNING,
  MUSTER_PLAN_SUCCEEDED, /* reviewed, and the success test held */
  MUSTER_PLAN_FAILED,    /* reviewed, and it did not */
  MUSTER_PLAN_REVIEWED   /* its review date has come; it has no success test */
} muster_plan_outcome;

/** "running", "succeeded", "failed", "reviewed". */
const char *muster_plan_outcome_text(muster_plan_outcome outcome);

/** One plan of one subject as it stands. */
typedef struct muster_plan_state {
  uint32_t plan, rule;
  muster_subject subject;
  muster_date start;
  muster_date review; /* MUSTER_NO_DATE when it has none */
  muster_plan_outcome outcome;
  uint32_t escalates_to;                  /* plan that its failure begins, or MUSTER_NONE */
  bool begun_now;                         /* not known from memory: keep it */
  uint32_t required, done, late, missing; /* steps */
} muster_plan_state;

/** What was recorded of one step: it was listed, and perhaps done or dropped by hand. */
typedef struct muster_plan_step_record {
  const char *step;
  muster_date done; /* MUSTER_NO_DATE while it is not */
  bool dropped;
} muster_plan_step_record;

/** A plan of one subject that began in an earlier run. Texts are borrowed; ids, so that they outlive a register. */
typedef struct muster_plan_record {
  const char *plan, *rule;
  muster_subject_kind kind;
  const char *school, *subject; /* ids as in outputs; subject is the school's id for schools */
  muster_date start;
  const muster_plan_step_record *steps;
  size_t step_count;
} muster_plan_record;

/** Records that share a key, in order. */
typedef struct muster_plan_chain {
  muster_map keys;
  uint32_t *first, *last, *next; /* MUSTER_NONE ends a chain */
} muster_plan_chain;

/** All plans known. Zero-initialise, set records and count, call muster_plan_memory_index once; read-only from then on.
 */
typedef struct muster_plan_memory {
  const muster_plan_record *records; /* borrowed */
  size_t count;
  muster_plan_chain by_subject, by_school;
} muster_plan_memory;

MUSTER_CHECK muster_status muster_plan_memory_index(muster_plan_memory *memory, muster_error *err);
void muster_plan_memory_free(muster_plan_memory *memory);

/** Records of a subject, one after another: `*at` begins as MUSTER_NONE. NULL when there are no more. */
const muster_plan_record *muster_plan_memory_next(const muster_plan_memory *memory, const muster_register *reg,
                                                  const muster_subject *subject, uint32_t *at);

/** Records of a school's subjects, likewise. */
const muster_plan_record *muster_plan_memory_of_school(const muster_plan_memory *memory, const muster_register *reg,
                                                       uint32_t school, uint32_t *at);

MUSTER_END_DECLS
#endif
