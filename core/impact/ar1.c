/* Least squares after the Prais-Winsten turn: row t less rho times row t-1, the first row kept at sqrt(1 - rho^2). */
#include "ar1.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

void muster_ar1_free(muster_ar1 *fit) {
  muster_free(fit->beta);
  muster_free(fit->std_error);
  muster_free(fit->innovation);
  *fit = (muster_ar1){.k = 0};
}

typedef struct ar1_work {
  const muster_design *design;
  double *room; /* turned columns, then the turned outcome */
  const double **x;
  muster_fit fit;
} ar1_work;

static void turn_column(const double *from, double *to, size_t n, double rho) {
  to[0] = sqrt(1 - rho * rho) * from[0];
  for (size_t i = 1; i < n; i++) to[i] = from[i] - rho * from[i - 1];
}

static muster_status fit_at(ar1_work *w, double rho, muster_error *err) {
  const muster_design *d = w->design;
  for (size_t j = 0; j < d->k; j++) turn_column(d->x[j], w->room + j * d->n, d->n, rho);
  turn_column(d->y, w->room + d->k * d->n, d->n, rho);
  muster_fit_free(&w->fit);
  muster_design turned = {.n = d->n, .k = d->k, .x = w->x, .y = w->room + d->k * d->n};
  return muster_least_squares(&turned, &w->fit, err);
}

/** -2 log restricted likelihood of rho with the variance profiled out, up to a constant.
 * log|V| of the AR(1) scaled to innovation variance 1 is -log(1 - rho^2). */
static muster_status criterion(ar1_work *w, double rho, double *out, muster_error *err) {
  MUSTER_TRY(fit_at(w, rho, err));
  size_t k = w->fit.rank;
  double information = 0; /* log|X'V^-1 X| = -log|bread| */
  double *copy = muster_alloc(k * k, sizeof *copy);
  if (!copy) return muster_fail_memory(err);
  memcpy(copy, w->fit.bread, k * k * sizeof *copy);
  gsl_matrix_view view = gsl_matrix_view_array(copy, k, k);
  gsl_linalg_cholesky_decomp1(&view.matrix);
  for (size_t j = 0; j < k; j++) information -= 2 * log(copy[j * k + j]);
  muster_free(copy);
  *out = w->fit.df_residual * log(w->fit.rss) - log1p(-rho * rho) + information;
  return MUSTER_OK;
}

static const double MOST_RHO = 0.9999; /* beyond it the level of a series is lost */

/** Golden section, then parabolas; the criterion is smooth with one minimum in all but absurd series. */
static muster_status minimise(ar1_work *w, double *rho, muster_error *err) {
  static const double GOLD = 0.6180339887498949;
  double best = INFINITY, at = 0;
  for (int i = -19; i <= 19; i++) {
    double value;
    MUSTER_TRY(criterion(w, i * 0.05, &value, err));
    if (value < best) {
      best = value;
      at = i * 0.05;
    }
  }
  double low = fmax(at - 0.05, -MOST_RHO), high = fmin(at + 0.05, MOST_RHO);
  double a = high - GOLD * (high - low), b = low + GOLD * (high - low), fa, fb;
  MUSTER_TRY(criterion(w, a, &fa, err));
  MUSTER_TRY(criterion(w, b, &fb, err));
  while (high - low > 1e-5) {
    if (fa < fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - GOLD * (high - low);
      MUSTER_TRY(criterion(w, a, &fa, err));
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + GOLD * (high - low);
      MUSTER_TRY(criterion(w, b, &fb, err));
    }
  }
  /* beyond this the criterion is flat to rounding; its central slope is not */
  at = (low + high) / 2;
  if (MOST_RHO - fabs(at) < 1e-4) { /* the criterion still falls there */
    *rho = copysign(MOST_RHO, at);
    return MUSTER_OK;
  }
  for (int round = 0; round < 20; round++) {
    double step = 1e-4, down, here, up;
    if (fabs(at) + step >= 1) break;
    MUSTER_TRY(criterion(w, at - step, &down, err));
    MUSTER_TRY(criterion(w, at, &here, err));
    MUSTER_TRY(criterion(w, at + step, &up, err));
    double bend = (up - 2 * here + down) / (step * step);
    double move = bend > 0 ? -(up - down) / (2 * step) / bend : 0;
    if (!(fabs(move) <= 0.01)) break;
    at += move;
    if (fabs(move) < 1e-10) break;
  }
  *rho = fmax(fmin(at, MOST_RHO), -MOST_RHO);
  return MUSTER_OK;
}

static muster_status without_level(double rho, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the series does not return to its level (rho %.3f)", rho);
  muster_error_todo(err, "model the changes from period to period, or add what drives the level");
  return MUSTER_DATA;
}

/** Regression of the errors of the untransformed model on those a row before, at the coefficients of the last fit. */
static double memory_of(const ar1_work *w) {
  const muster_design *d = w->design;
  double products = 0, squares = 0, before = 0;
  for (size_t i = 0; i < d->n; i++) {
    double e = d->y[i];
    for (size_t j = 0; j < d->k; j++)
      if (!isnan(w->fit.beta[j])) e -= d->x[j][i] * w->fit.beta[j];
    if (i) {
      products += e * before;
      squares += before * before;
    }
    before = e;
  }
  return products / squares;
}

/** Rounds go on until rho stands still; where rounding keeps it moving, as long as nothing that is printed would
 * change. */
static muster_status iterate(ar1_work *w, double *rho, muster_error *err) {
  enum { ROUNDS = 500 };
  static const double STILL = 1e-13, UNSEEN = 1e-9;
  double move = INFINITY;
  *rho = 0;
  for (int round = 0; round < ROUNDS && move > STILL; round++) {
    MUSTER_TRY(fit_at(w, *rho, err));
    double next = memory_of(w);
    if (!(fabs(next) < MOST_RHO)) return without_level(next, err);
    move = fabs(next - *rho);
    *rho = next;
  }
  if (move <= UNSEEN) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "Prais-Winsten does not settle: after %d rounds rho is %.3f and still moves by %.2g",
              ROUNDS, *rho, move);
  muster_error_todo(err, "use errors = \"gls\", which takes the rho of the greatest likelihood");
  return MUSTER_DATA;
}

muster_status muster_ar1_fit(const muster_design *design, bool reml, muster_ar1 *out, muster_error *err) {
  size_t n = design->n, k = design->k;
  ar1_work w = {.design = design};
  *out = (muster_ar1){.k = k};
  muster_status status = MUSTER_MEMORY;
  w.room = muster_alloc(n * (k + 1), sizeof *w.room);
  w.x = muster_alloc(k, sizeof *w.x);
  out->beta = muster_alloc(k, sizeof *out->beta);
  out->std_error = muster_alloc(k, sizeof *out->std_error);
  out->innovation = muster_alloc(n, sizeof *out->innovation);
  if (!w.room || !w.x || !out->beta || !out->std_error || !out->innovation) goto out;
  for (size_t j = 0; j < k; j++) w.x[j] = w.room + j * n;
  status = reml ? minimise(&w, &out->rho, err) : iterate(&w, &out->rho, err);
  if (status == MUSTER_OK) status = fit_at(&w, out->rho, err);
  if (status != MUSTER_OK) goto out;
  double innovation = w.fit.rss / w.fit.df_residual;
  out->df = w.fit.df_residual;
  out->at_bound = fabs(out->rho) >= MOST_RHO;
  out->variance = innovation / (1 - out->rho * out->rho);
  memcpy(out->innovation, w.fit.residual, n * sizeof *out->innovation);
  for (size_t j = 0; j < k; j++) {
    size_t at = w.fit.place[j];
    out->beta[j] = w.fit.beta[j];
    out->std_error[j] = at == SIZE_MAX ? NAN : sqrt(innovation * w.fit.bread[at * w.fit.rank + at]);
  }
out:
  muster_fit_free(&w.fit);
  muster_free(w.room);
  muster_free(w.x);
  if (status != MUSTER_OK) muster_ar1_free(out);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
