/* Interrupted time series: the columns of the segmented model, and its fits. */
#include "muster/impact/its.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ar1.h"
#include "muster/impact/distribution.h"

static const double TURN = 6.283185307179586476925;

void muster_its_free(muster_its *fit) {
  muster_free(fit->beta);
  muster_free(fit->std_error);
  *fit = (muster_its){.k = 0};
}

size_t muster_its_lag(size_t n, size_t period) {
  size_t lag = (size_t)floor(pow((double)n, 0.25) + 1e-12);
  return period > lag ? period : lag;
}

static muster_status check(const muster_its_series *s, muster_error *err) {
  if (s->start < 3 || s->n < s->start + 3) {
    muster_fail(err, MUSTER_DATA, "%zu periods before and %zu after the start", s->start,
                s->n > s->start ? s->n - s->start : 0);
    muster_error_expected(err, "at least three on each side, and two years before where there is a season");
    return MUSTER_DATA;
  }
  if ((s->harmonics || s->season_dummies) && s->period < 2)
    return muster_fail(err, MUSTER_DATA, "a season of period %zu", s->period);
  const double *needed[] = {s->y, s->control, s->exposure, s->control_exposure};
  for (size_t c = 0; c < 4 + s->n_extra; c++) {
    const double *column = c < 4 ? needed[c] : s->extra[c - 4];
    for (size_t i = 0; column && i < s->n; i++) {
      if (isfinite(column[i]) && (c < 2 || c > 3 || column[i] > 0)) continue;
      muster_fail(err, MUSTER_DATA, "period %zu of the series has a value that cannot be used: %g", i + 1, column[i]);
      muster_error_expected(err, "a number in each period; exposures above 0");
      muster_error_todo(err, "choose longer periods (weeks, half terms), so that none is empty");
      return MUSTER_DATA;
    }
  }
  return MUSTER_OK;
}

/** The model's columns over `n` rows of time. `stacked` puts the comparison series below the series itself. */
typedef struct its_columns {
  size_t n, k, terms;
  double *room;
  const double **x;
} its_columns;

static void its_columns_free(its_columns *c) {
  muster_free(c->room);
  muster_free(c->x);
}

static double term_at(const muster_its_series *s, size_t term, size_t t, size_t start) {
  double after = t >= start ? 1 : 0;
  switch (term) {
    case MUSTER_ITS_CONSTANT: return 1;
    case MUSTER_ITS_TREND: return (double)t + 1;
    case MUSTER_ITS_LEVEL: return after;
    default: return after * ((double)t - (double)start + s->level_lead);
  }
}

double muster_its_season(const muster_its_series *s, size_t column, size_t t) {
  if (s->season_dummies) return t % s->period == column + 1;
  double angle = TURN * (double)(column / 2 + 1) * ((double)t + 1) / (double)s->period;
  return column % 2 ? cos(angle) : sin(angle);
}

static muster_status lay_out(const muster_its_series *s, size_t start, bool stacked, its_columns *c,
                             muster_error *err) {
  size_t season = s->season_dummies ? s->period - 1 : 2 * s->harmonics;
  c->terms = s->slope_change ? 4 : 3;
  c->n = stacked ? 2 * s->n : s->n;
  c->k = c->terms * (stacked ? 2 : 1) + s->n_extra + season;
  c->room = muster_alloc(c->n * c->k, sizeof *c->room);
  c->x = muster_alloc(c->k, sizeof *c->x);
  if (!c->room || !c->x) return muster_fail_memory(err);
  for (size_t j = 0; j < c->k; j++) c->x[j] = c->room + j * c->n;
  for (size_t i = 0; i < c->n; i++) {
    size_t t = i % s->n, j = 0;
    double own = i < s->n;
    for (size_t term = 0; term < c->terms; term++) c->room[j++ * c->n + i] = own * term_at(s, term, t, start);
    /* the comparison's terms run over both series, so that the first ones are differences */
    for (size_t term = 0; stacked && term < c->terms; term++) c->room[j++ * c->n + i] = term_at(s, term, t, start);
    for (size_t e = 0; e < s->n_extra; e++) c->room[j++ * c->n + i] = s->extra[e][t];
    for (size_t w = 0; w < season; w++) c->room[j++ * c->n + i] = muster_its_season(s, w, t);
  }
  return MUSTER_OK;
}

static muster_status allocate(muster_its *out, size_t k, muster_error *err) {
  out->k = k;
  out->beta = muster_alloc(k, sizeof *out->beta);
  out->std_error = muster_alloc(k, sizeof *out->std_error);
  return out->beta && out->std_error ? MUSTER_OK : muster_fail_memory(err);
}

static void describe_memory(const double *e, size_t n, muster_its *out) {
  double squares = 0, steps = 0, products = 0;
  for (size_t i = 0; i < n; i++) {
    squares += e[i] * e[i];
    if (!i) continue;
    steps += (e[i] - e[i - 1]) * (e[i] - e[i - 1]);
    products += e[i] * e[i - 1];
  }
  out->durbin_watson = steps / squares;
  out->rho = products / squares;
}

static muster_status fit_ols(const muster_design *design, muster_its_errors errors, size_t lag, muster_its *out,
                             muster_error *err) {
  muster_fit fit = {.rank = 0};
  muster_vcov vcov = {.k = 0};
  uint32_t *time = NULL;
  muster_status status = muster_least_squares(design, &fit, err);
  if (status != MUSTER_OK) return status;
  muster_covariance how = {.kind = MUSTER_IID};
  if (errors == MUSTER_ITS_NEWEY_WEST) {
    time = muster_alloc(design->n, sizeof *time);
    for (size_t i = 0; time && i < design->n; i++) time[i] = (uint32_t)i;
    how = (muster_covariance){
        .kind = MUSTER_NEWEY_WEST, .time = time, .n_times = design->n, .lag = lag, .adjust = MUSTER_HAC_SERIES};
  }
  status = errors == MUSTER_ITS_NEWEY_WEST && !time ? muster_fail_memory(err) : muster_vcov_of(&fit, &how, &vcov, err);
  if (status == MUSTER_OK) {
    for (size_t j = 0; j < design->k; j++) {
      out->beta[j] = fit.beta[j];
      out->std_error[j] = muster_vcov_se(&vcov, j);
    }
    describe_memory(fit.residual, design->n, out);
    out->df = fit.df_residual;
    out->dispersion = fit.rss / fit.df_residual;
    snprintf(out->note, sizeof out->note, "%s", vcov.note);
  }
  muster_free(time);
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  return status;
}

static muster_status fit_ar1(const muster_design *design, bool reml, muster_its *out, muster_error *err) {
  muster_ar1 fit = {.k = 0};
  MUSTER_TRY(muster_ar1_fit(design, reml, &fit, err));
  memcpy(out->beta, fit.beta, design->k * sizeof *out->beta);
  memcpy(out->std_error, fit.std_error, design->k * sizeof *out->std_error);
  describe_memory(fit.innovation, design->n, out);
  out->rho = fit.rho;
  out->df = fit.df;
  out->dispersion = fit.variance;
  snprintf(out->note, sizeof out->note, "AR(1) errors, rho %.3f%s, %s", fit.rho,
           fit.at_bound ? " (at its bound: the series does not return to its level)" : "",
           reml ? "restricted maximum likelihood" : "iterated Prais-Winsten");
  muster_ar1_free(&fit);
  return MUSTER_OK;
}

static muster_status fit_at(const muster_its_series *s, size_t start, muster_its_errors errors, size_t lag,
                            muster_its *out, muster_error *err) {
  its_columns columns = {.n = 0};
  double *difference = NULL;
  muster_status status = lay_out(s, start, false, &columns, err);
  if (status == MUSTER_OK && s->control) {
    difference = muster_alloc(s->n, sizeof *difference);
    if (!difference) status = muster_fail_memory(err);
    for (size_t i = 0; difference && i < s->n; i++) difference[i] = s->y[i] - s->control[i];
  }
  if (status == MUSTER_OK && columns.k >= s->n)
    status = muster_fail(err, MUSTER_DATA, "%zu terms for %zu periods", columns.k, s->n);
  if (status == MUSTER_OK) status = allocate(out, columns.k, err);
  if (status == MUSTER_OK) {
    muster_design design = {.n = s->n, .k = columns.k, .x = columns.x, .y = difference ? difference : s->y};
    status = errors == MUSTER_ITS_IID || errors == MUSTER_ITS_NEWEY_WEST
                 ? fit_ols(&design, errors, lag, out, err)
                 : fit_ar1(&design, errors == MUSTER_ITS_GLS, out, err);
  }
  its_columns_free(&columns);
  muster_free(difference);
  if (status != MUSTER_OK) muster_its_free(out);
  return status;
}

muster_status muster_its_fit(const muster_its_series *series, muster_its_errors errors, size_t lag, muster_its *out,
                             muster_error *err) {
  MUSTER_TRY(check(series, err));
  if (errors == MUSTER_ITS_NEWEY_WEST && lag >= series->n)
    return muster_fail(err, MUSTER_DATA, "a lag of %zu in a series of %zu periods", lag, series->n);
  *out = (muster_its){.deviance = NAN};
  MUSTER_TRY(fit_at(series, series->start, errors, lag, out, err));
  double wide = muster_t_quantile(0.975, out->df) * out->std_error[MUSTER_ITS_LEVEL];
  out->level_low = out->beta[MUSTER_ITS_LEVEL] - wide;
  out->level_high = out->beta[MUSTER_ITS_LEVEL] + wide;
  return MUSTER_OK;
}

static muster_status fit_rate(const muster_glm_model *model, bool quasi, muster_its *out, muster_error *err) {
  muster_glm fit = {.n = 0};
  muster_vcov vcov = {.k = 0};
  MUSTER_TRY(muster_glm_fit(model, &fit, err));
  muster_covariance how = {.kind = MUSTER_IID};
  muster_status status = quasi ? muster_glm_vcov(&fit, &how, &vcov, err) : muster_glm_vcov_model(&fit, &vcov, err);
  if (status == MUSTER_OK) {
    for (size_t j = 0; j < fit.k; j++) {
      out->beta[j] = fit.beta[j];
      out->std_error[j] = muster_vcov_se(&vcov, j);
    }
    out->df = fit.working.df_residual;
    out->dispersion = fit.dispersion;
    out->deviance = fit.deviance;
    out->rho = out->durbin_watson = NAN;
    snprintf(out->note, sizeof out->note, "%s, logs of rate ratios, dispersion %.3f",
             quasi ? "quasi-Poisson" : "Poisson", fit.dispersion);
  }
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  return status;
}

muster_status muster_its_rate(const muster_its_series *series, bool quasi, muster_its *out, muster_error *err) {
  MUSTER_TRY(check(series, err));
  if (!series->exposure || (series->control && !series->control_exposure)) {
    muster_fail(err, MUSTER_DATA, "a rate without its exposure");
    muster_error_expected(err, "possible sessions or population for each period");
    return MUSTER_DATA;
  }
  bool stacked = series->control != NULL;
  its_columns columns = {.n = 0};
  *out = (muster_its){.k = 0};
  double *room = NULL;
  muster_status status = lay_out(series, series->start, stacked, &columns, err);
  if (status == MUSTER_OK) status = allocate(out, columns.k, err);
  if (status == MUSTER_OK && !(room = muster_alloc(2 * columns.n, sizeof *room))) status = muster_fail_memory(err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < columns.n; i++) {
      size_t t = i % series->n;
      room[i] = i < series->n ? series->y[t] : series->control[t];
      room[columns.n + i] = log(i < series->n ? series->exposure[t] : series->control_exposure[t]);
    }
    muster_glm_model model = {.design = {.n = columns.n, .k = columns.k, .x = columns.x, .y = room},
                              .family = MUSTER_POISSON,
                              .offset = room + columns.n};
    status = fit_rate(&model, quasi, out, err);
  }
  its_columns_free(&columns);
  muster_free(room);
  if (status != MUSTER_OK) {
    muster_its_free(out);
    return status;
  }
  double wide = muster_t_quantile(0.975, INFINITY) * out->std_error[MUSTER_ITS_LEVEL];
  out->level_low = out->beta[MUSTER_ITS_LEVEL] - wide;
  out->level_high = out->beta[MUSTER_ITS_LEVEL] + wide;
  return MUSTER_OK;
}

muster_status muster_its_compare(const muster_its *smaller, const muster_its *larger, double *f, double *p_value,
                                 muster_error *err) {
  double terms = smaller->df - larger->df;
  if (!(terms > 0) || isnan(smaller->deviance) || isnan(larger->deviance)) {
    muster_fail(err, MUSTER_DATA, "these two series models cannot be compared");
    muster_error_expected(err, "two rate models of one series, the second with more terms");
    return MUSTER_DATA;
  }
  *f = (smaller->deviance - larger->deviance) / terms / larger->dispersion;
  *p_value = muster_f_p(*f, terms, larger->df);
  return MUSTER_OK;
}

muster_status muster_its_placebos(const muster_its_series *series, size_t margin, muster_its_placebo *out,
                                  muster_error *err) {
  MUSTER_TRY(check(series, err));
  *out = (muster_its_placebo){.p_value = NAN};
  muster_its fit = {.deviance = NAN};
  MUSTER_TRY(fit_at(series, series->start, MUSTER_ITS_IID, 0, &fit, err));
  double truth = fabs(fit.beta[MUSTER_ITS_LEVEL]);
  muster_its_free(&fit);
  muster_its_series before = *series;
  before.n = series->start;
  if (margin < 3) margin = 3;
  for (size_t start = margin; start + margin <= before.n; start++) {
    muster_error ignored; /* a short span may not carry the season: that start cannot play */
    muster_status status = fit_at(&before, start, MUSTER_ITS_IID, 0, &fit, &ignored);
    if (status == MUSTER_MEMORY) return muster_fail_memory(err);
    if (status != MUSTER_OK) continue;
    double level = fabs(fit.beta[MUSTER_ITS_LEVEL]);
    muster_its_free(&fit);
    if (isnan(level)) continue;
    out->n_placebos++;
    out->n_as_large += level >= truth * (1 - 1e-9);
  }
  if (out->n_placebos) out->p_value = (1.0 + (double)out->n_as_large) / (1.0 + (double)out->n_placebos);
  return MUSTER_OK;
}
