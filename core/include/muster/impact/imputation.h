/* muster/impact/imputation.h - effects as observed minus imputed outcomes.
 *
 * Unit and time effects (and covariates) are fitted on untreated rows alone; every treated row is compared with what
 * they predict for it (Borusyak, Jaravel & Spiess 2024; Gardner 2022). A second opinion on staggered starts. Standard
 * errors are those of the two-stage estimator by cluster, first stage included, no small-sample factor; normal
 * intervals. */
#ifndef MUSTER_IMPACT_IMPUTATION_H
#define MUSTER_IMPACT_IMPUTATION_H

#include "muster/impact/twfe.h"

MUSTER_BEGIN_DECLS

/** Owned; free with muster_imputation_free. */
typedef struct muster_imputation {
  double att, se;
  size_t n_events;
  double *event, *estimate, *event_se; /* [n_events] by time from the start, ascending */
  size_t *count;                       /* [n_events] treated rows */
  size_t n_obs, n_units, n_clusters;
  size_t n_imputed, n_lost; /* treated rows used; those of units or times without an untreated row */
} muster_imputation;

/** @retval MUSTER_DATA  no treated row can be imputed, units change cluster, or untreated rows that fall into parts
 * which no unit connects */
MUSTER_CHECK muster_status muster_imputation_fit(const muster_panel *panel, muster_imputation *out, muster_error *err);
void muster_imputation_free(muster_imputation *imputation);

/** Rows `imputation`: `treated` overall, `event` by time from the start. */
MUSTER_CHECK muster_status muster_imputation_rows(const muster_panel *panel, const muster_regression_options *options,
                                                  muster_estimates *out, muster_error *err);

MUSTER_END_DECLS
#endif
