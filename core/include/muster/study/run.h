/* muster/study/run.h - a study's estimators over its data, and the guards that speak about them.
 *
 * Estimators run in the order of the study. The first that compares treated with untreated units is the primary
 * analysis; what comes after it is a second opinion. Guards always run; they change no estimate. */
#ifndef MUSTER_STUDY_RUN_H
#define MUSTER_STUDY_RUN_H

#include "muster/impact.h"
#include "muster/study/data.h"

MUSTER_BEGIN_DECLS

/** A line of balance.csv. */
typedef struct muster_study_balance {
  const char *sample; /* "all", "matched", "weighted", "synthetic" */
  muster_balance row; /* its name is the results' */
} muster_study_balance;

/** Mean outcome by time, as it was and as a series model has it. Owned by the results. */
typedef struct muster_study_trend {
  size_t n;
  double *time, *treated, *comparison; /* [n]; NaN where nobody was seen; comparison NULL = none */
  size_t start;                        /* first treated time; n = starts differ */
  double *fitted, *expected;           /* [n] of the interrupted series, NULL = none; expected: without the start */
} muster_study_trend;

/** What was found for one outcome. */
typedef struct muster_study_finding {
  const char *outcome;
  bool rate;           /* a share: people read it as a percentage */
  size_t first, count; /* its rows among the estimates */
  size_t primary;      /* row of the primary analysis; SIZE_MAX = none compares */
  size_t trusted;      /* row whose interval to read in its place, because clusters are few; SIZE_MAX = its own */
  size_t n_obs, n_units, n_times, n_clusters, n_treated, n_treated_clusters, n_starts, n_dropped;
  size_t n_repeated;     /* rows beyond the first of a unit and time */
  bool compared;         /* somebody was untreated, or treated later, or the dose moved */
  bool balanced, severe; /* severe: not to be called an effect */
  double pretrend_p;     /* of the first test before the start; NaN = none */
  muster_warnings warnings;
  muster_study_balance *balance;
  size_t balance_count, balance_capacity;
  muster_study_trend trend;
} muster_study_finding;

/** Owned; free with muster_study_results_free. */
typedef struct muster_study_results {
  muster_estimates estimates;
  muster_study_finding *findings;
  size_t count;
  muster_arena arena;
} muster_study_results;

/** Runs the study.
 * @param jobs  threads for simulations
 * @retval MUSTER_DATA  the data does not carry an estimator that was asked for: the error names it */
MUSTER_CHECK muster_status muster_study_run(const muster_study *study, const muster_study_data *data, unsigned jobs,
                                            const muster_progress *progress, muster_study_results *results,
                                            muster_error *err);
void muster_study_results_free(muster_study_results *results);

/** The part of a design that a plan may know: counts of units, times, starts and clusters, no outcome. */
typedef struct muster_study_design {
  size_t n_obs, n_units, n_times, n_clusters, n_treated, n_treated_clusters, n_starts;
  bool balanced;
  double *start;       /* [n_starts] ascending */
  size_t *start_units; /* [n_starts] */
} muster_study_design;

MUSTER_CHECK muster_status muster_study_design_of(const muster_study_data *data, muster_study_design *design,
                                                  muster_error *err);
void muster_study_design_free(muster_study_design *design);

MUSTER_END_DECLS
#endif
