/* Multiple imputation of a trial's missing outcomes, and Rubin's rules. */
#include "muster/impact/multiple_imputation.h"

#include <gsl/gsl_linalg.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/panel.h"

enum { USUAL_DRAWS = 50 };

void muster_pool(const double *estimate, const double *variance, size_t n, double complete_df, muster_pooled *out) {
  double m = (double)n, mean = 0, within = 0, between = 0;
  for (size_t i = 0; i < n; i++) {
    mean += estimate[i] / m;
    within += variance[i] / m;
  }
  for (size_t i = 0; i < n; i++) between += (estimate[i] - mean) * (estimate[i] - mean) / (m - 1);
  double more = (1 + 1 / m) * between, total = within + more, lambda = more / total;
  *out = (muster_pooled){.estimate = mean, .std_error = sqrt(total), .within = within, .between = between};
  double many = lambda > 0 ? (m - 1) / (lambda * lambda) : INFINITY;
  double observed = isinf(complete_df) ? INFINITY : (complete_df + 1) / (complete_df + 3) * complete_df * (1 - lambda);
  out->df = isinf(many) ? observed : isinf(observed) ? many : 1 / (1 / many + 1 / observed);
  double r = more / within;
  out->missing = isinf(out->df) ? lambda : (r + 2 / (out->df + 3)) / (r + 1);
}

/* ---- the model of one arm ---- */

/* y on a constant and the covariates, from the rows of the arm that have an outcome. */
typedef struct arm_model {
  size_t n, k;        /* rows with an outcome; columns */
  double *beta, *now; /* [k] fitted, drawn */
  double *root;       /* [k][k] Cholesky of the inverse of X'X, lower triangle */
  double rss;
} arm_model;

static void arm_free(arm_model *a) {
  muster_free(a->beta);
  *a = (arm_model){0};
}

static muster_status too_few(unsigned arm, size_t n, size_t k, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "%zu outcomes in the %s arm, for %zu covariates and a constant", n,
              arm ? "treatment" : "comparison", k - 1);
  muster_error_expected(err, "more outcomes than columns, and covariates that do not depend on each other");
  return MUSTER_DATA;
}

static muster_status fit_arm(const muster_trial *t, unsigned arm, arm_model *a, muster_error *err) {
  size_t k = 1 + t->k;
  *a = (arm_model){.k = k, .beta = muster_alloc(2 * k + k * k, sizeof *a->beta)};
  double *room = muster_alloc((k + 1) * t->n, sizeof *room);
  const double **x = muster_alloc(k, sizeof *x);
  muster_fit fit = {.rank = 0};
  muster_status status = a->beta && room && x ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < t->n; i++) {
    if ((t->treated[i] != 0) != (arm != 0) || isnan(t->y[i])) continue;
    room[a->n] = 1;
    for (size_t j = 1; j < k; j++) room[j * t->n + a->n] = t->x[j - 1][i];
    room[k * t->n + a->n++] = t->y[i];
  }
  for (size_t j = 0; x && j < k; j++) x[j] = room + j * t->n;
  if (status == MUSTER_OK && a->n <= k + 2) status = too_few(arm, a->n, k, err);
  if (status == MUSTER_OK)
    status = muster_least_squares(&(muster_design){.n = a->n, .k = k, .x = x, .y = room + k * t->n}, &fit, err);
  if (status == MUSTER_OK && fit.rank < k) status = too_few(arm, a->n, k, err);
  if (status == MUSTER_OK) {
    a->now = a->beta + k;
    a->root = a->beta + 2 * k;
    a->rss = fit.rss;
    memcpy(a->beta, fit.beta, k * sizeof *a->beta);
    for (size_t i = 0; i < k; i++) /* the fit's bread stands in the order of its kept columns */
      for (size_t j = 0; j < k; j++) a->root[i * k + j] = fit.bread[fit.place[i] * k + fit.place[j]];
    gsl_matrix_view view = gsl_matrix_view_array(a->root, k, k);
    if (gsl_linalg_cholesky_decomp1(&view.matrix) != 0) status = too_few(arm, a->n, k, err);
  }
  muster_fit_free(&fit);
  muster_free(room);
  muster_free(x);
  return status;
}

/* Variance and coefficients from their posterior under the usual flat prior. @return the standard deviation */
static double draw_model(arm_model *a, double *z, gsl_rng *rng) {
  double sigma = sqrt(a->rss / gsl_ran_chisq(rng, (double)(a->n - a->k)));
  for (size_t j = 0; j < a->k; j++) z[j] = gsl_ran_gaussian_ziggurat(rng, 1);
  for (size_t i = 0; i < a->k; i++) {
    a->now[i] = a->beta[i];
    for (size_t j = 0; j <= i; j++) a->now[i] += sigma * a->root[i * a->k + j] * z[j];
  }
  return sigma;
}

/* ---- the trial ---- */

typedef struct completing {
  const muster_trial *trial;
  const muster_imputing *how;
  arm_model arm[2];
  double *y, *z;
  gsl_rng *rng;
} completing;

static void complete(completing *c) {
  const muster_trial *t = c->trial;
  double sigma[2];
  for (int arm = 0; arm < 2; arm++) sigma[arm] = draw_model(&c->arm[arm], c->z, c->rng);
  for (size_t i = 0; i < t->n; i++) {
    c->y[i] = t->y[i];
    if (!isnan(t->y[i])) continue;
    int arm = t->treated[i] != 0;
    const double *beta = c->arm[arm].now;
    double mean = beta[0];
    for (size_t j = 0; j < t->k; j++) mean += beta[1 + j] * t->x[j][i];
    c->y[i] = mean + gsl_ran_gaussian_ziggurat(c->rng, sigma[arm]) + (arm ? c->how->shift : 0);
  }
}

static muster_status pool_draws(completing *c, muster_covariance_kind kind, muster_imputed *out, muster_error *err) {
  double *estimate = muster_alloc(2 * out->draws, sizeof *estimate), *variance = estimate + out->draws, df = 0;
  if (!estimate) return muster_fail_memory(err);
  muster_trial completed = *c->trial;
  completed.y = c->y;
  muster_status status = MUSTER_OK;
  for (size_t d = 0; status == MUSTER_OK && d < out->draws; d++) {
    complete(c);
    muster_itt itt;
    status = muster_itt_of(&completed, true, kind, &itt, err);
    if (status != MUSTER_OK) break;
    estimate[d] = itt.estimate;
    variance[d] = itt.std_error * itt.std_error;
    df += itt.df / (double)out->draws;
    if (d == 0) snprintf(out->note, sizeof out->note, "%s", itt.note);
  }
  if (status == MUSTER_OK) muster_pool(estimate, variance, out->draws, df, &out->pooled);
  muster_free(estimate);
  return status;
}

/* The rows with an outcome, as a trial of their own. */
static muster_status complete_cases(const muster_trial *t, muster_covariance_kind kind, muster_itt *out,
                                    muster_error *err) {
  double *room = muster_alloc((1 + t->k) * t->n, sizeof *room);
  const double **x = muster_alloc(t->k, sizeof *x);
  unsigned char *treated = muster_alloc(t->n, 1);
  uint32_t *cluster = muster_alloc(t->n, sizeof *cluster);
  muster_status status = room && x && treated && cluster ? MUSTER_OK : muster_fail_memory(err);
  muster_trial some = {.y = room, .treated = treated, .k = t->k, .x = x, .n_clusters = t->n_clusters};
  for (size_t i = 0; status == MUSTER_OK && i < t->n; i++) {
    if (isnan(t->y[i])) continue;
    room[some.n] = t->y[i];
    for (size_t j = 0; j < t->k; j++) room[(1 + j) * t->n + some.n] = t->x[j][i];
    treated[some.n] = t->treated[i];
    cluster[some.n++] = t->cluster ? t->cluster[i] : 0;
  }
  for (size_t j = 0; x && j < t->k; j++) x[j] = room + (1 + j) * t->n;
  if (status == MUSTER_OK && t->cluster) {
    some.cluster = cluster;
    status = muster_number_dense(cluster, some.n, cluster, NULL, &some.n_clusters, err);
  }
  if (status == MUSTER_OK) status = muster_itt_of(&some, true, kind, out, err);
  muster_free(room);
  muster_free(x);
  muster_free(treated);
  muster_free(cluster);
  return status;
}

static muster_status count_lost(const muster_trial *t, muster_attrition *out, muster_error *err) {
  unsigned char *measured = muster_alloc(t->n, 1);
  if (!measured) return muster_fail_memory(err);
  for (size_t i = 0; i < t->n; i++) measured[i] = !isnan(t->y[i]);
  muster_status status = muster_attrition_of(t->treated, measured, t->n, out, err);
  muster_free(measured);
  return status;
}

muster_status muster_impute_trial(const muster_trial *trial, muster_covariance_kind kind, const muster_imputing *how,
                                  muster_imputed *out, muster_error *err) {
  muster_numerics_ready();
  *out = (muster_imputed){.draws = how->draws ? how->draws : USUAL_DRAWS};
  MUSTER_TRY(count_lost(trial, &out->lost, err));
  if (out->lost.overall <= 0) {
    muster_fail(err, MUSTER_DATA, "no outcome is missing");
    muster_error_todo(err, "leave multiple_imputation out");
    return MUSTER_DATA;
  }
  completing c = {.trial = trial,
                  .how = how,
                  .y = muster_alloc(trial->n + trial->k + 1, sizeof *c.y),
                  .rng = gsl_rng_alloc(gsl_rng_mt19937)};
  c.z = c.y ? c.y + trial->n : NULL;
  muster_status status = c.y && c.rng ? complete_cases(trial, kind, &out->complete, err) : muster_fail_memory(err);
  for (unsigned arm = 0; status == MUSTER_OK && arm < 2; arm++) status = fit_arm(trial, arm, &c.arm[arm], err);
  if (status == MUSTER_OK) {
    gsl_rng_set(c.rng, (unsigned long)how->seed);
    status = pool_draws(&c, kind, out, err);
  }
  arm_free(&c.arm[0]);
  arm_free(&c.arm[1]);
  muster_free(c.y);
  if (c.rng) gsl_rng_free(c.rng);
  return status;
}
