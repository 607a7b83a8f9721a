/* muster/impact/multiple_imputation.h - a trial some of whose outcomes are missing.
 *
 * Missing outcomes are drawn several times from a normal model fitted within each arm on all that was known before
 * (proper imputation: its coefficients and variance are drawn too, Rubin 1987, section 5.3; arms apart, so that effects
 * that differ by baseline survive, Sullivan et al. 2018), the trial is analysed on each completed set, and the answers
 * are pooled by Rubin's rules with the degrees of freedom of Barnard & Rubin (1999). It rests on outcomes being missing
 * at random given what was known; `shift` moves the values drawn for the treated, to see how far that may fail. */
#ifndef MUSTER_IMPACT_MULTIPLE_IMPUTATION_H
#define MUSTER_IMPACT_MULTIPLE_IMPUTATION_H

#include "muster/impact/rct.h"

MUSTER_BEGIN_DECLS

typedef struct muster_imputing {
  size_t draws; /* completed data sets; 0 = 50 */
  uint64_t seed;
  double shift; /* added to every value drawn for a treated row */
} muster_imputing;

/** Estimates of one quantity in several completed data sets, pooled. */
typedef struct muster_pooled {
  double estimate, std_error, df;
  double within, between; /* mean variance, and variance of the estimates */
  double missing;         /* fraction of missing information (Barnard & Rubin 1999) */
} muster_pooled;

/** Rubin's rules. @param complete_df  degrees of freedom that complete data would have; may be infinite
 * @param n  2 or more */
void muster_pool(const double *estimate, const double *variance, size_t n, double complete_df, muster_pooled *out);

typedef struct muster_imputed {
  muster_attrition lost;
  muster_itt complete;  /* of the rows with an outcome, with covariates */
  muster_pooled pooled; /* of everybody who was drawn */
  size_t draws;
  char note[160]; /* convention of the errors within a completed set */
} muster_imputed;

/** @param trial  `y` is NaN where the outcome is missing; covariates are complete
 * @param kind   errors of each completed set, as in muster_itt_of
 * @retval MUSTER_DATA  nothing is missing, or an arm has too few outcomes for its model */
MUSTER_CHECK muster_status muster_impute_trial(const muster_trial *trial, muster_covariance_kind kind,
                                               const muster_imputing *how, muster_imputed *out, muster_error *err);

MUSTER_END_DECLS
#endif
