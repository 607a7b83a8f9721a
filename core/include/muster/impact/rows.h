/* muster/impact/rows.h - typed results as rows of estimates.csv. The estimator and term names are those that users see.
 */
#ifndef MUSTER_IMPACT_ROWS_H
#define MUSTER_IMPACT_ROWS_H

#include "muster/impact/its.h"
#include "muster/impact/matching.h"
#include "muster/impact/panel.h"
#include "muster/impact/rct.h"
#include "muster/impact/regression_to_the_mean.h"
#include "muster/impact/synthetic_control.h"

MUSTER_BEGIN_DECLS

/** `regression_to_the_mean`: before_after, did_all, did_eligible, ancova, adjusted, against_earlier, and without
 * standard errors expected_change, improved_treated, improved_eligible. Terms that could not be formed are left out. */
MUSTER_CHECK muster_status muster_rtm_rows(const muster_rtm_study *study, const char *outcome, muster_estimates *list,
                                           muster_error *err);

/** `its` (or `its_controlled` when there is a comparison series): trend, level, slope. */
MUSTER_CHECK muster_status muster_its_rows(const muster_its_series *series, const muster_its *fit, const char *outcome,
                                           muster_estimates *list, muster_error *err);

/** `synthetic_control`: att with the placebo p (when `rank` is not 0), gap by time, pre_mspe, mspe_ratio, and the
 * weight of each unit with one, numbered in `group` by `unit_id` (NULL: its place).
 * @param n_predictors  that were matched on; 0: the outcomes before the start
 * @param times  [n_times] or NULL: 0, 1, ... */
MUSTER_CHECK muster_status muster_synthetic_control_rows(const muster_synthetic_control *fit, size_t n_before,
                                                         size_t n_predictors, const double *times,
                                                         const uint32_t *unit_id, size_t rank, double p_value,
                                                         const char *outcome, muster_estimates *list,
                                                         muster_error *err);

/** `sdid`: att, unit weights (`weight`), time weights (`time_weight`). */
MUSTER_CHECK muster_status muster_sdid_rows(const muster_sdid *fit, const double *times, const uint32_t *unit_id,
                                            const char *outcome, muster_estimates *list, muster_error *err);

/** One row of a matched or weighted comparison, estimator and term as given. */
MUSTER_CHECK muster_status muster_matched_row(const muster_matched_effect *effect, const char *estimator,
                                              const char *term, const char *outcome, muster_estimates *list,
                                              muster_error *err);

/** `rct`: itt (no covariates), itt_adjusted, by CR2 for schools and HC2 for pupils; for schools also multilevel, icc
 * with Searle's interval; hedges_g = adjusted difference over the unadjusted total standard deviation, with the
 * interval of the difference in the same units. Beside it the published effect size without covariates and its own
 * variance: for schools hedges_d_total (Hedges 2007, with the mean number of pupils), for pupils hedges_g_plain. */
MUSTER_CHECK muster_status muster_rct_rows(const muster_trial *trial, const char *outcome, muster_estimates *list,
                                           muster_error *err);

/** `rct`, an intra-cluster correlation under the name `term`, with Searle's interval. */
MUSTER_CHECK muster_status muster_icc_row(const double *y, const uint32_t *cluster, size_t n, size_t n_clusters,
                                          const char *term, const char *outcome, muster_estimates *list,
                                          muster_error *err);

/** `cace`: the effect on participants; itt_outcome and itt_participation without standard errors. */
MUSTER_CHECK muster_status muster_cace_rows(const muster_cace *cace, size_t n, const char *outcome,
                                            muster_estimates *list, muster_error *err);

/** A model for counts or shares under the estimator name given: one row per named column, from its covariance. */
MUSTER_CHECK muster_status muster_glm_rows(const muster_glm *fit, const muster_vcov *vcov, const char *const *names,
                                           const char *estimator, const char *outcome, muster_estimates *list,
                                           muster_error *err);

MUSTER_END_DECLS
#endif
