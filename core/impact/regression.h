/* One panel regression for all who need one: event indicators and dense columns under unit and time effects. Private to
 * the room. */
#ifndef MUSTER_IMPACT_REGRESSION_PRIVATE_H
#define MUSTER_IMPACT_REGRESSION_PRIVATE_H

#include "fixed_effects.h"
#include "muster/impact/twfe.h"

/** Columns: events, then dense. Clustered CR0 and CR1 run from sums; other conventions lay the columns out. */
MUSTER_CHECK muster_status muster_regress_panel(const muster_fe_model *model, const muster_regression_options *options,
                                                muster_coefficients *out, muster_error *err);

/** Joint test of coefficients with the F of `out->df2`. HTZ where the errors are CR2. */
MUSTER_CHECK muster_status muster_regress_wald(const muster_fe_model *model, const muster_regression_options *options,
                                               const muster_coefficients *fit, const size_t *which, size_t q,
                                               muster_wald *out, muster_error *err);

/** Fails when the panel has a single time or unit, when the outcome never varies, or the treatment never does. */
MUSTER_CHECK muster_status muster_regress_check(const muster_panel *panel, muster_error *err);

/** The same, and clusters that nest the units, at least two: what cluster sums need. */
MUSTER_CHECK muster_status muster_regress_check_clusters(const muster_panel *panel, muster_error *err);

/** Treatment and covariates as dense columns of a static model. */
typedef struct muster_fe_columns {
  const double **dense; /* free with muster_free */
  muster_fe_model model;
} muster_fe_columns;

MUSTER_CHECK muster_status muster_fe_columns_of(const muster_panel *panel, muster_fe_columns *out, muster_error *err);

/** Fails: treatment is explained by the fixed effects. */
muster_status muster_not_identified(muster_error *err);

/** Confidence level with its default. */
double muster_level(const muster_regression_options *options);

/** A row filled from coefficient `j`. */
muster_estimate muster_coefficient_row(const muster_coefficients *fit, size_t j, const char *estimator,
                                       const char *term, const muster_regression_options *options);

#endif
