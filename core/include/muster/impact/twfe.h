/* muster/impact/twfe.h - two-way fixed effects and the 2x2 difference in differences.
 *
 * y_it = unit_i + time_t + beta treated_it + x_it'gamma + e_it. With staggered starts and effects that grow, beta is a
 * weighted mean of effects with weights that may be negative (de Chaisemartin & D'Haultfoeuille 2020): the note says so
 * and muster_twfe_weights shows them. */
#ifndef MUSTER_IMPACT_TWFE_H
#define MUSTER_IMPACT_TWFE_H

#include "muster/impact/estimate.h"
#include "muster/impact/linear.h"
#include "muster/impact/panel.h"

MUSTER_BEGIN_DECLS

/** Standard errors of a panel regression. Degrees of freedom of t: G - 1 for clusters (the least way), Satterthwaite
 * for CR2, T - 1 for Driscoll-Kraay and Newey-West, else N - K. */
typedef enum muster_errors {
  MUSTER_ERRORS_CLUSTER, /* CR1 by the panel's cluster: the default */
  MUSTER_ERRORS_CR0,
  MUSTER_ERRORS_CR1P,
  MUSTER_ERRORS_CR2,
  MUSTER_ERRORS_TWO_WAY, /* CR1 by cluster and time */
  MUSTER_ERRORS_HC1,
  MUSTER_ERRORS_IID,
  MUSTER_ERRORS_NEWEY_WEST, /* lags within units */
  MUSTER_ERRORS_DRISCOLL_KRAAY,
} muster_errors;

/** Zero-initialised it means: CR1 by cluster, nested fixed effects not counted, 95% intervals. */
typedef struct muster_regression_options {
  const char *outcome; /* name in the result rows */
  muster_errors errors;
  muster_fe_count fe_count;
  bool each_way; /* two ways: every term its own G/(G-1) */
  size_t lag;    /* Newey-West, Driscoll-Kraay; 0 = floor(T^(1/4)) */
  double level;  /* of intervals; 0 = 0.95 */
} muster_regression_options;

/** Coefficients of a panel regression with their covariance. Owned; free with muster_coefficients_free. */
typedef struct muster_coefficients {
  size_t k;
  double *beta; /* [k]; NaN = explained by the fixed effects or earlier columns */
  double *v;    /* [k][k] */
  double *df;   /* [k] */
  size_t n_obs, n_units, n_clusters;
  char note[256]; /* convention, clusters, rows left out */
} muster_coefficients;

void muster_coefficients_free(muster_coefficients *coefficients);

/** Column 0 is `treated`, the covariates follow.
 * @retval MUSTER_DATA  one time, one cluster, or treatment that does not vary beyond the fixed effects */
MUSTER_CHECK muster_status muster_twfe_fit(const muster_panel *panel, const muster_regression_options *options,
                                           muster_coefficients *out, muster_error *err);

/** Rows `twfe`: term `treated`, then the covariates by name. */
MUSTER_CHECK muster_status muster_twfe(const muster_panel *panel, const muster_regression_options *options,
                                       muster_estimates *out, muster_error *err);

/** The weights that the static coefficient gives to the effects in treated rows (they sum to 1). */
typedef struct muster_twfe_weighting {
  size_t n_treated, n_negative; /* treated rows, and those with a negative weight */
  double negative;              /* sum of the negative weights: 0 or below */
  double sensitivity;           /* |beta| / sd of the weights: the least spread of effects with a true mean of 0 */
} muster_twfe_weighting;

MUSTER_CHECK muster_status muster_twfe_weights(const muster_panel *panel, muster_twfe_weighting *out,
                                               muster_error *err);

/** Rows `did`: the 2x2 of ever treated against never treated, before against after the one common start.
 * `treated` is the interaction in the pooled regression, with the errors asked for; `first_difference` compares the
 * mean changes of units seen both before and after (HC2 = Welch); `mean_control_before`, `mean_control_after`,
 * `mean_treated_before`, `mean_treated_after` are the cells with sd/sqrt(n).
 * @retval MUSTER_DATA  staggered starts, or an empty cell */
MUSTER_CHECK muster_status muster_did(const muster_panel *panel, const muster_regression_options *options,
                                      muster_estimates *out, muster_error *err);

MUSTER_END_DECLS
#endif
