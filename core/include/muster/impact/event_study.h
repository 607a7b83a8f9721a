/* muster/impact/event_study.h - effects by time since the start, and what the time before the start says.
 *
 * y_it = unit_i + time_t + sum_e beta_e 1{t - start_i = e} + x_it'gamma + u_it, one e left out as reference. With one
 * common start this is the usual interaction of treated and time. With staggered starts the coefficients mix cohorts
 * (Sun & Abraham 2021); callaway_santanna does not. */
#ifndef MUSTER_IMPACT_EVENT_STUDY_H
#define MUSTER_IMPACT_EVENT_STUDY_H

#include "muster/impact/twfe.h"

MUSTER_BEGIN_DECLS

typedef struct muster_event_options {
  muster_regression_options regression;
  bool reference_given;
  double reference;   /* time from the start that is left out; else the last one before the start */
  size_t leads, lags; /* times beyond these many observed ones are pooled in the outermost; 0 = none pooled */
  bool no_bands;      /* without simultaneous bands */
} muster_event_options;

/** An event study. Owned; free with muster_event_study_free. */
typedef struct muster_event_study {
  size_t n_events;
  double *event; /* [n_events] ascending time from the start, reference left out */
  double reference;
  muster_coefficients fit; /* events, then covariates */
  size_t n_leads;          /* leads that could be estimated */
  muster_wald pretrend;    /* leads = 0; NaN without leads */
  double slope, slope_se;  /* line through the reference, weighted by the covariance of the leads */
  double slope_mde;        /* slope that the test would find in 80% of studies at 5% */
  double critical;         /* sup-t critical value over all events; NaN without bands */
} muster_event_study;

/** @retval MUSTER_DATA  as muster_twfe_fit; also a reference that no treated unit reaches */
MUSTER_CHECK muster_status muster_event_study_fit(const muster_panel *panel, const muster_event_options *options,
                                                  muster_event_study *out, muster_error *err);

void muster_event_study_free(muster_event_study *study);

/** Rows `event_study`: `event` for each time from the start (the reference with estimate 0), `event_band` with the
 * simultaneous interval, `pretrend` (F statistic, p), `pretrend_slope`, `pretrend_slope_mde`, covariates by name. */
MUSTER_CHECK muster_status muster_event_study_rows(const muster_panel *panel, const muster_event_options *options,
                                                   muster_estimates *out, muster_error *err);

MUSTER_END_DECLS
#endif
