/* muster/impact/glm.h - models for counts and shares: Poisson, negative binomial, logit for 0/1 and for shares.
 * Absence is a bounded share; a linear model is the primary analysis and these are its check. Fits are iterated until
 * the linear predictor stands still to 1e-12, because standard errors built on a loose fit lose their sixth digit. */
#ifndef MUSTER_IMPACT_GLM_H
#define MUSTER_IMPACT_GLM_H

#include "muster/impact/linear.h"

MUSTER_BEGIN_DECLS

typedef enum muster_family {
  MUSTER_POISSON,           /* log link, variance mu */
  MUSTER_NEGATIVE_BINOMIAL, /* log link, variance mu + mu^2/theta, theta by maximum likelihood */
  MUSTER_LOGIT              /* y from 0 to 1; variance mu (1 - mu) / weight: weight = possible sessions for a share */
} muster_family;

/** A model for the mean. The design's y, x, weight, absorb and dummies as in a regression; there is no constant unless
 * a column is one. */
typedef struct muster_glm_model {
  muster_design design;
  muster_family family;
  const double *offset; /* [n] added to the linear predictor, or NULL: log of possible sessions or of pupils */
} muster_glm_model;

/** A fitted model. Owned; free with muster_glm_free. Rows of fixed-effect levels without a single event, or for a logit
 * with nothing but events, say nothing about the model and are left out, as fixest does; their number is `n_dropped`.
 */
typedef struct muster_glm {
  muster_family family;
  size_t n, k, n_dropped;
  size_t *row;      /* [n] row of the model's columns */
  double *beta;     /* [k]; NaN = left out as collinear */
  double *eta, *mu; /* [n] linear predictor with offset, fitted mean */
  double deviance;
  double dispersion;      /* Pearson chi2 / df: the factor of quasi-likelihood variances */
  double log_likelihood;  /* NaN for a share that is not 0 or 1 */
  double theta, theta_se; /* negative binomial; else NaN */
  unsigned iterations;
  muster_fit working; /* the last weighted regression */
  /* the columns it stands on */
  const double **columns;
  double *room;
  uint32_t *factors;
} muster_glm;

/** @param out  zero-initialised or freed
 * @retval MUSTER_DATA  y out of range, separation (some fitted mean runs to its bound), or no convergence */
MUSTER_CHECK muster_status muster_glm_fit(const muster_glm_model *model, muster_glm *out, muster_error *err);
void muster_glm_free(muster_glm *fit);

/** Covariance of the coefficients. MUSTER_IID gives the quasi-likelihood variance (dispersion times the model's); HC*
 * and CR* are sandwiches. Factors in `how` run over the model's rows. */
MUSTER_CHECK muster_status muster_glm_vcov(const muster_glm *fit, const muster_covariance *how, muster_vcov *out,
                                           muster_error *err);

/** The variance of the model as it stands, dispersion 1. */
MUSTER_CHECK muster_status muster_glm_vcov_model(const muster_glm *fit, muster_vcov *out, muster_error *err);

/** What a 0/1 column does to the mean itself. */
typedef struct muster_marginal {
  double effect, std_error; /* mean of mu(with) - mu(without); delta method */
  size_t n;
} muster_marginal;

/** Average marginal effect of column `column` over the rows where it is 1 (`over_treated`) or over all rows.
 * @param vcov  of the same fit
 * @retval MUSTER_DATA  the column is not 0/1, or the model absorbs fixed effects */
MUSTER_CHECK muster_status muster_glm_marginal(const muster_glm *fit, const muster_vcov *vcov, size_t column,
                                               bool over_treated, muster_marginal *out, muster_error *err);

MUSTER_END_DECLS
#endif
