/* One study, one outcome, and what its estimators share. Internal to the study room. */
#ifndef STUDY_ESTIMATORS_H
#define STUDY_ESTIMATORS_H

#include "muster/study/run.h"

typedef struct study_job {
  const muster_study *study;
  const muster_study_data *data;
  size_t outcome;
  const char *name; /* of the outcome */
  muster_panel panel;
  muster_study_finding *finding;
  muster_study_results *results;
  unsigned jobs;
  const muster_progress *progress;
} study_job;

typedef muster_status (*study_estimator)(study_job *job, const muster_part *part, muster_error *err);

/** How an estimator is run, and which of its rows is its answer. */
typedef struct study_method {
  const char *name;
  study_estimator run;
  const char *answer; /* term; NULL = it has no single one */
  bool compares;      /* treated with untreated units */
  const char *better; /* term that is the answer where it is given, or NULL */
} study_method;

const study_method *study_method_of(const char *name);

/** Whether this estimator of the study sets treated against untreated units: a series does where it has a comparison.
 */
bool study_any_compares(const study_job *job);
bool study_compares(const study_job *job, const muster_part *part);

/* Options that many have. */
double study_level(const study_job *job, const muster_part *part);
uint64_t study_seed(const study_job *job, const muster_part *part);
muster_regression_options study_regression(const study_job *job, const muster_part *part);

muster_cs_options study_cs_options(const study_job *job, const muster_part *part);

/* Estimators of panels (panel_methods.c), of counts and shares (count_methods.c), of parts of them
 * (subgroup_methods.c), of what should not move (placebos.c), of who was lost (missing_methods.c), of two windows and
 * cross-sections (unit_methods.c), of what was matched (matching_methods.c), of series (series_methods.c), of blocks
 * (synthetic_methods.c), on power (power_methods.c). */
muster_status study_twfe(study_job *job, const muster_part *part, muster_error *err);
muster_status study_did(study_job *job, const muster_part *part, muster_error *err);
muster_status study_event_study(study_job *job, const muster_part *part, muster_error *err);
muster_status study_callaway_santanna(study_job *job, const muster_part *part, muster_error *err);
muster_status study_imputation(study_job *job, const muster_part *part, muster_error *err);
muster_status study_permutation(study_job *job, const muster_part *part, muster_error *err);
muster_status study_wild_bootstrap(study_job *job, const muster_part *part, muster_error *err);
muster_status study_pairs_bootstrap(study_job *job, const muster_part *part, muster_error *err);
muster_status study_counts(study_job *job, const muster_part *part, muster_error *err);
muster_status study_before_after(study_job *job, const muster_part *part, muster_error *err);
muster_status study_rtm(study_job *job, const muster_part *part, muster_error *err);
muster_status study_matching(study_job *job, const muster_part *part, muster_error *err);
muster_status study_weighting(study_job *job, const muster_part *part, muster_error *err);
muster_status study_rct(study_job *job, const muster_part *part, muster_error *err);
muster_status study_cace(study_job *job, const muster_part *part, muster_error *err);
muster_status study_its(study_job *job, const muster_part *part, muster_error *err);
muster_status study_synthetic_control(study_job *job, const muster_part *part, muster_error *err);
muster_status study_sdid(study_job *job, const muster_part *part, muster_error *err);
muster_status study_multiple_imputation(study_job *job, const muster_part *part, muster_error *err);
muster_status study_subgroups(study_job *job, const muster_part *part, muster_error *err);
muster_status study_placebo_outcomes(study_job *job, const muster_part *part, muster_error *err);
muster_status study_power(study_job *job, const muster_part *part, muster_error *err);

/** Adjusts p-values under the name that scripts give the method: BH, holm, ...; "none" leaves them. */
MUSTER_CHECK muster_status study_adjust(const char *method, double *p, size_t n, muster_error *err);

/** Rows with the p-values of Westfall & Young over all outcomes of a study (step_down.c).
 * @retval MUSTER_DATA  several starts, or fewer than two clusters in an arm */
MUSTER_CHECK muster_status study_westfall_young(const muster_study *study, const muster_study_data *data,
                                                muster_study_results *results, muster_error *err);

/** Guards on what the panel, its windows and its marks tell (guards.c). */
MUSTER_CHECK muster_status study_guard_before(study_job *job, muster_error *err);
MUSTER_CHECK muster_status study_guard_codes(study_job *job, muster_error *err);
MUSTER_CHECK muster_status study_guard_after(study_job *job, muster_error *err);

/** The two-way model on any panel: NaN where it cannot be fitted. */
MUSTER_CHECK muster_status study_static_effect(const muster_panel *panel, double *estimate, double *std_error,
                                               double *df, muster_error *err);

/** The level change of a controlled series on any panel over the times of the study's own (series_methods.c).
 * @retval MUSTER_DATA  no comparison, or times without anybody */
MUSTER_CHECK muster_status study_its_level(const study_job *job, const muster_part *part, const muster_panel *panel,
                                           double *level, muster_error *err);

/** Where clusters are few, rows beside those that the part has just added from `first` on: an interval that holds
 * there, and which of the two to trust (few_clusters.c). */
MUSTER_CHECK muster_status study_few_clusters(study_job *job, const muster_part *part, size_t first, size_t *trusted,
                                              muster_error *err);

/** Means of treated and never treated units by time. */
MUSTER_CHECK muster_status study_trend(study_job *job, muster_error *err);

/** Rows of regression_to_the_mean by formula, where its part names a `model` (rtm_model.c).
 * @retval MUSTER_PACK  a number that the model needs is not given */
MUSTER_CHECK muster_status study_rtm_model(study_job *job, const muster_part *part, muster_error *err);

/** Balance of everything known before the start, all units. */
MUSTER_CHECK muster_status study_balance(study_job *job, muster_error *err);

/** Keeps rows of a balance table. */
MUSTER_CHECK muster_status study_keep_balance(study_job *job, const char *sample, const muster_balance *rows, size_t n,
                                              muster_error *err);

/** The first row of that term from `first` on, of one estimator or (NULL) of any; SIZE_MAX: there is none. */
size_t study_row_of(const muster_estimates *list, const char *estimator, const char *term, size_t first);

static inline muster_estimates *study_rows(study_job *job) { return &job->results->estimates; }

#endif
