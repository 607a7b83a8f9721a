/* Two-stage least squares: the effect on those who take part because they were drawn. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/rct.h"

/** Slope of `y` on the one instrument and a constant. */
static double slope_on(const double *y, const double *z, size_t n) {
  double my = 0, mz = 0, products = 0, squares = 0;
  for (size_t i = 0; i < n; i++) {
    my += y[i] / (double)n;
    mz += z[i] / (double)n;
  }
  for (size_t i = 0; i < n; i++) {
    products += (y[i] - my) * (z[i] - mz);
    squares += (z[i] - mz) * (z[i] - mz);
  }
  return products / squares;
}

/** Take-up as the draw and the covariates foretell it; `fitted` gets it. */
static muster_status first_stage(const muster_instrument *d, const double **x, double *fitted, double *f,
                                 muster_error *err) {
  size_t k = 1 + d->k + d->n_instruments;
  muster_fit full = {.rank = 0}, plain = {.rank = 0};
  muster_status status = muster_least_squares(&(muster_design){.n = d->n, .k = k, .x = x, .y = d->taken}, &full, err);
  if (status == MUSTER_OK)
    status = muster_least_squares(&(muster_design){.n = d->n, .k = 1 + d->k, .x = x, .y = d->taken}, &plain, err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < d->n; i++) fitted[i] = d->taken[i] - full.residual[i];
    double used = (double)(full.rank - plain.rank);
    *f = (plain.rss - full.rss) / used / (full.rss / full.df_residual);
    if (used == 0 || !(plain.rss - full.rss > 1e-12 * plain.rss)) {
      status = muster_fail(err, MUSTER_DATA, "the draw did not change who took part");
      muster_error_todo(err, "report the difference by intention to treat alone");
    }
  }
  muster_fit_free(&full);
  muster_fit_free(&plain);
  return status;
}

static muster_status second_stage(const muster_instrument *d, const double **x, const double *fitted, muster_cace *out,
                                  muster_error *err) {
  size_t k = 2 + d->k;
  muster_fit fit = {.rank = 0};
  muster_vcov vcov = {.k = 0};
  MUSTER_TRY(muster_least_squares(&(muster_design){.n = d->n, .k = k, .x = x, .y = d->y}, &fit, err));
  /* residuals are of what was taken, not of what was foretold */
  fit.rss = 0;
  for (size_t i = 0; i < d->n; i++) {
    fit.residual[i] += fit.beta[k - 1] * (fitted[i] - d->taken[i]);
    fit.rss += fit.residual[i] * fit.residual[i];
  }
  muster_covariance how = {.kind = MUSTER_HC1};
  if (d->cluster)
    how = (muster_covariance){.kind = MUSTER_CR1, .ways = 1, .cluster = {d->cluster}, .n_clusters = {d->n_clusters}};
  muster_status status = muster_vcov_of(&fit, &how, &vcov, err);
  if (status == MUSTER_OK) {
    out->estimate = fit.beta[k - 1];
    out->std_error = muster_vcov_se(&vcov, k - 1);
    out->df = vcov.df[k - 1];
    out->p_value = muster_t_p(out->estimate / out->std_error, out->df);
    snprintf(out->note, sizeof out->note, "two-stage least squares, %.120s", vcov.note);
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  return status;
}

muster_status muster_cace_of(const muster_instrument *data, muster_cace *out, muster_error *err) {
  if (!data->n_instruments || data->n < data->k + data->n_instruments + 3) {
    muster_fail(err, MUSTER_DATA, "%zu rows and %zu instruments", data->n, data->n_instruments);
    muster_error_expected(err, "the draw as instrument, and more rows than columns");
    return MUSTER_DATA;
  }
  *out = (muster_cace){.wald = NAN, .itt_y = NAN, .itt_taken = NAN};
  size_t n = data->n, k = 1 + data->k;
  muster_status status = MUSTER_MEMORY;
  double *room = muster_alloc(2 * n, sizeof *room);
  const double **x = muster_alloc(k + data->n_instruments, sizeof *x);
  if (!room || !x) goto out;
  double *fitted = room + n;
  for (size_t i = 0; i < n; i++) room[i] = 1;
  x[0] = room;
  for (size_t j = 0; j < data->k; j++) x[1 + j] = data->x[j];
  for (size_t j = 0; j < data->n_instruments; j++) x[k + j] = data->z[j];
  status = first_stage(data, x, fitted, &out->first_stage_f, err);
  if (status != MUSTER_OK) goto out;
  x[k] = fitted;
  status = second_stage(data, x, fitted, out, err);
  if (data->n_instruments == 1) {
    out->itt_y = slope_on(data->y, data->z[0], n);
    out->itt_taken = slope_on(data->taken, data->z[0], n);
    out->wald = out->itt_y / out->itt_taken;
  }
out:
  muster_free(room);
  muster_free(x);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
