/* muster/impact/rct.h - randomised trials, of pupils or of whole schools.
 * Everybody who was drawn is analysed as drawn (intention to treat); schools enter as a random intercept and as
 * clusters; effect sizes divide by the unadjusted spread; those who did not take part are handled by an instrument. */
#ifndef MUSTER_IMPACT_RCT_H
#define MUSTER_IMPACT_RCT_H

#include "muster/impact/estimate.h"
#include "muster/impact/linear.h"

MUSTER_BEGIN_DECLS

/** A trial of `n` analysed pupils. Borrowed. */
typedef struct muster_trial {
  size_t n;
  const double *y;
  const unsigned char *treated;
  const uint32_t *cluster; /* school, 0 .. n_clusters-1; NULL when pupils were drawn one by one */
  size_t n_clusters;
  size_t k; /* baseline covariates and strata, as written in the plan */
  const double *const *x;
} muster_trial;

typedef struct muster_itt {
  double estimate, std_error, df, p_value;
  double constant, constant_se; /* without covariates: the mean of the comparison arm */
  size_t n, n_clusters;
  char note[160];
} muster_itt;

/** Difference by least squares, with the trial's covariates when `adjust`, under the convention `kind`; CR* use the
 * trial's schools. */
MUSTER_CHECK muster_status muster_itt_of(const muster_trial *trial, bool adjust, muster_covariance_kind kind,
                                         muster_itt *out, muster_error *err);

/** A random intercept for each cluster. Owned; free with muster_mixed_free. */
typedef struct muster_mixed {
  size_t k, n, n_clusters;
  double *beta, *std_error, *df; /* [k]; Satterthwaite */
  double between, within;        /* variances of the intercepts and of the residuals */
  double icc;                    /* between / (between + within) */
  double deviance;               /* -2 log restricted likelihood */
} muster_mixed;

/** y = X b + u[cluster] + e by restricted maximum likelihood, as lme4; degrees of freedom as lmerTest. The design has
 * no weights and no fixed effects; a constant must be one of its columns.
 * @param out  zero-initialised or freed
 * @retval MUSTER_DATA  fewer than two clusters, one row in each, columns that depend on each other, or an outcome that
 * does not vary within clusters */
MUSTER_CHECK muster_status muster_mixed_fit(const muster_design *design, const uint32_t *cluster, size_t n_clusters,
                                            muster_mixed *out, muster_error *err);
void muster_mixed_free(muster_mixed *fit);

typedef struct muster_icc {
  double icc, conf_low, conf_high;      /* Searle's F interval, 95%; exact for equal clusters */
  double ms_between, ms_within, mean_n; /* n0 = (N - sum n^2/N) / (J - 1) */
  size_t n, n_clusters;
} muster_icc;

/** Intra-cluster correlation by one-way analysis of variance: (MSB - MSW) / (MSB + (n0 - 1) MSW). With equal numbers of
 * measurements per pupil this is ICC(1). May be below 0. */
MUSTER_CHECK muster_status muster_icc_of(const double *y, const uint32_t *cluster, size_t n, size_t n_clusters,
                                         muster_icc *out, muster_error *err);

typedef struct muster_effect_size {
  double g, std_error, conf_low, conf_high, correction; /* 95% by the normal; correction is J */
} muster_effect_size;

/** Hedges' g = J d, d = difference / sd, J = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2)) with m = n1 + n0 - 2; variance
 * 1/n1 + 1/n0 + g^2 / (2 (n1 + n0)) (Hedges 1981; as metafor). */
MUSTER_CHECK muster_status muster_hedges_g(double difference, double sd, double n_treated, double n_control,
                                           muster_effect_size *out, muster_error *err);

/** The exact small-sample correction J for `m` degrees of freedom; m > 1. */
double muster_hedges_j(double m);

/** Effect size of a trial of whole schools in total standard deviations: d sqrt(1 - 2 (n-1) icc / (N-2)), and its
 * variance (Hedges 2007, J Educ Behav Stat 32:341, equations 15 and 16). `d` divides by the pooled total standard
 * deviation; clusters of `size` pupils. */
MUSTER_CHECK muster_status muster_d_total(double d, double size, double clusters_treated, double clusters_control,
                                          double icc, double *d_total, double *variance, muster_error *err);

/** Those who were drawn and those who were measured. */
typedef struct muster_attrition {
  size_t drawn[2], measured[2]; /* comparison, treated */
  double lost[2];               /* shares */
  double difference, std_error; /* treated less comparison */
  double overall;
} muster_attrition;

/** @param measured  [n] 1 where there is an outcome, over all who were drawn */
MUSTER_CHECK muster_status muster_attrition_of(const unsigned char *treated, const unsigned char *measured, size_t n,
                                               muster_attrition *out, muster_error *err);

/** Two-stage least squares. Borrowed. */
typedef struct muster_instrument {
  size_t n;
  const double *y;
  const double *taken; /* what was taken up: 0/1 or a dose */
  size_t n_instruments;
  const double *const *z; /* the draw */
  size_t k;
  const double *const *x;  /* baseline covariates; the constant is added */
  const uint32_t *cluster; /* NULL: HC1; else CR1 */
  size_t n_clusters;
} muster_instrument;

typedef struct muster_cace {
  double estimate, std_error, df, p_value; /* effect on those who take part because they were drawn */
  double wald;                             /* one instrument: difference in y / difference in take-up; else NaN */
  double itt_y, itt_taken;                 /* slopes on the one instrument, without covariates */
  double first_stage_f;                    /* of the instruments, independent errors; below 10 is weak */
  char note[160];
} muster_cace;

/** @retval MUSTER_DATA  the draw moved nobody (no first stage), or too few rows */
MUSTER_CHECK muster_status muster_cace_of(const muster_instrument *data, muster_cace *out, muster_error *err);

MUSTER_END_DECLS
#endif
