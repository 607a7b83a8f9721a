/* muster/impact/its.h - interrupted time series: one series before and after a start, with season and memory.
 * y = a + trend t + level law + slope law (t - t0) + season, t0 the first period after the start, so that `level` is
 * the change at the start itself. Without a comparison series everything else that changed at t0 is in the estimate. */
#ifndef MUSTER_IMPACT_ITS_H
#define MUSTER_IMPACT_ITS_H

#include "muster/impact/estimate.h"
#include "muster/impact/glm.h"

MUSTER_BEGIN_DECLS

/** A series of `n` equal steps without gaps. Borrowed. Zero-initialise, set what applies. */
typedef struct muster_its_series {
  size_t n, start; /* rows start .. n-1 come after the start */
  const double *y;
  const double *control;  /* a comparison series: the model is then of their difference (rates: of their ratio) */
  const double *exposure; /* rates: possible sessions or population behind each count of y; else NULL */
  const double *control_exposure;
  size_t period, harmonics; /* season: sine and cosine pairs over `period` steps; step 1 is row 0 */
  bool season_dummies;      /* season: one level for each step of the period instead */
  bool slope_change;        /* also a change of trend after the start */
  double level_lead; /* periods before the start at which `level` is read when the slope changes too: 0 = at the start;
                        1 = at the last period before it, as in slopes coded law * time */
  size_t n_extra;    /* other covariates, such as weather or illness */
  const double *const *extra;
} muster_its_series;

typedef enum muster_its_errors {
  MUSTER_ITS_IID,           /* independent: too narrow for almost all series */
  MUSTER_ITS_NEWEY_WEST,    /* Bartlett weights to `lag`, n/(n-K), no prewhitening */
  MUSTER_ITS_PRAIS_WINSTEN, /* AR(1) from residuals, iterated; first row kept */
  MUSTER_ITS_GLS            /* AR(1) by restricted maximum likelihood, as nlme::gls */
} muster_its_errors;

enum { MUSTER_ITS_CONSTANT, MUSTER_ITS_TREND, MUSTER_ITS_LEVEL, MUSTER_ITS_SLOPE };

/** A fitted series. Owned; free with muster_its_free. Coefficients stand in the order of the enum above, then (rates
 * with a comparison: those of the comparison series), extra covariates, season. Without slope_change there is no slope
 * and what follows moves up. For a difference or ratio the first three or four are those of the difference. */
typedef struct muster_its {
  size_t k;
  double *beta, *std_error; /* [k] */
  double df;
  double rho;                   /* AR(1) in the fit; else lag-1 autocorrelation of the residuals */
  double durbin_watson;         /* of the residuals; about 2 without memory; NaN for rates */
  double dispersion, deviance;  /* rates: Pearson chi2/df, deviance; else residual variance and NaN */
  double level_low, level_high; /* 95% interval of the level change; rates: normal and on the log scale */
  char note[160];
} muster_its;

/** Least squares of the series. @param lag  for MUSTER_ITS_NEWEY_WEST; see muster_its_lag
 * @retval MUSTER_DATA  fewer than three periods on a side, more terms than periods, a missing value */
MUSTER_CHECK muster_status muster_its_fit(const muster_its_series *series, muster_its_errors errors, size_t lag,
                                          muster_its *out, muster_error *err);

/** Log-linear rate model with log(exposure) as offset; `quasi` widens Poisson errors by the dispersion. Coefficients
 * are logs of rate ratios. */
MUSTER_CHECK muster_status muster_its_rate(const muster_its_series *series, bool quasi, muster_its *out,
                                           muster_error *err);

void muster_its_free(muster_its *fit);

/** The value of season column `column` (from 0) in row `t`: sine and cosine pairs, or one level for each step. */
double muster_its_season(const muster_its_series *series, size_t column, size_t t);

/** floor(n^(1/4)), or one period of the season where that is longer. */
size_t muster_its_lag(size_t n, size_t period);

/** F test of a rate model against one with fewer terms: drop in deviance over the dispersion of the larger. */
MUSTER_CHECK muster_status muster_its_compare(const muster_its *smaller, const muster_its *larger, double *f,
                                              double *p_value, muster_error *err);

typedef struct muster_its_placebo {
  size_t n_placebos, n_as_large;
  double p_value; /* (1 + as large) / (1 + placebos); NaN without placebos */
} muster_its_placebo;

/** Permutation in time: the same model at every start that leaves `margin` periods on both sides within the span before
 * the true start; how many level changes are as large as the true one in absolute size. */
MUSTER_CHECK muster_status muster_its_placebos(const muster_its_series *series, size_t margin, muster_its_placebo *out,
                                               muster_error *err);

MUSTER_END_DECLS
#endif
