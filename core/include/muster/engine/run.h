/* muster/engine/run.h - subjects x rules at a date, and what comes of it.
 * Schools are dealt to threads; results are put in order at the end, so they are the same for any number of threads. */
#ifndef MUSTER_ENGINE_RUN_H
#define MUSTER_ENGINE_RUN_H

#include "muster/engine/desk.h"
#include "muster/engine/plan.h"

MUSTER_BEGIN_DECLS

typedef struct muster_finding {
  uint32_t rule;
  muster_subject subject;
  muster_date since; /* first day of the finding */
  muster_date as_of;
  bool held; /* no longer true, but its hold has not ended */
  const char *message, *evidence;
} muster_finding;

typedef struct muster_run_options {
  muster_date as_of;
  unsigned jobs;                   /* 0 = one */
  const muster_progress *progress; /* may be NULL */
  bool without_lifecycle; /* true verdicts of the day only: since is the as-of date; no for, hold, rearm; no plans (fast
                             screening) */
  const muster_plan_memory *plans; /* known from earlier runs, or NULL */
} muster_run_options;

/** Findings in the order rule, school, subject; plans in the order plan, rule, school, subject, start; their rows
 * likewise, then step. */
typedef struct muster_run {
  muster_finding *findings;
  size_t finding_count;
  muster_plan_row *plan_rows;
  size_t plan_row_count;
  muster_plan_state *plans;
  size_t plan_count;
  size_t subjects[3];         /* how many of each kind were asked about */
  size_t inhibited, silenced; /* findings left out, by a more severe one or by a silence */
  size_t pending;             /* true, but not yet for as long as the rule wants, or not armed again */
  size_t closed;              /* schools closed in the as-of week, of which nothing is reported */
  muster_arena arena;         /* owns everything above */
} muster_run;

/** The last day of which anything is known: the last mark, else the end of the latest period of totals (for a school
 * year 31 July), else MUSTER_NO_DATE. The as-of date where none is given. */
muster_date muster_last_known(const muster_register *reg);

/** Runs the rules. Only pupils on roll at the as-of date are subjects; groups are those of such pupils; every school is
 * one, also a unit that has totals only. A finding of a rule that inhibits another takes away that one's finding on the
 * same subject, whether or not it is itself taken away; what is silenced takes nothing away.
 * @retval MUSTER_USAGE  no as-of date
 * @retval MUSTER_PACK   a rule failed or broke its limits; `run` is empty */
MUSTER_CHECK muster_status muster_run_rules(const muster_register *reg, const muster_ruleset *set,
                                            const muster_run_options *options, muster_run *run, muster_error *err);
void muster_run_free(muster_run *run);

/** The rule that rule `rule` inhibits, or MUSTER_NONE. Rules are named in full, or as in their pack. */
uint32_t muster_rule_inhibited(const muster_ruleset *set, uint32_t rule);

/** The plan of that name, in full or as in the pack of `rule`, or MUSTER_NONE. */
uint32_t muster_plan_named(const muster_ruleset *set, uint32_t rule, const char *name);

MUSTER_END_DECLS
#endif
