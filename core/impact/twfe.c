/* Static two-way fixed effects, and the weights behind its coefficient. */
#include "muster/impact/twfe.h"

#include <math.h>
#include <stdio.h>

#include "regression.h"

muster_status muster_twfe_fit(const muster_panel *panel, const muster_regression_options *options,
                              muster_coefficients *out, muster_error *err) {
  *out = (muster_coefficients){0};
  muster_fe_columns c;
  MUSTER_TRY(muster_regress_check(panel, err));
  MUSTER_TRY(muster_fe_columns_of(panel, &c, err));
  muster_status status = muster_regress_panel(&c.model, options, out, err);
  muster_free(c.dense);
  if (status == MUSTER_OK && isnan(out->beta[0])) {
    muster_coefficients_free(out);
    status = muster_not_identified(err);
  }
  return status;
}

static muster_status weigh(const muster_fe *fe, muster_twfe_weighting *out, muster_error *err) {
  const muster_panel *p = fe->model.panel;
  if (!fe->kept[p->n_times]) return muster_not_identified(err);
  double *partial = muster_alloc(p->n_obs, sizeof *partial);
  if (!partial) return muster_fail_memory(err);
  muster_status status = muster_fe_partial(fe, p->n_times, partial, NULL, err);
  double total = 0, mass = 0, squares = 0;
  for (size_t i = 0; status == MUSTER_OK && i < p->n_obs; i++) {
    if (p->treated[i] == 0) continue;
    double w = p->weight ? p->weight[i] : 1;
    total += w * partial[i] * p->treated[i];
    mass += w * p->treated[i];
  }
  for (size_t i = 0; status == MUSTER_OK && i < p->n_obs; i++) {
    if (p->treated[i] == 0) continue;
    double w = p->weight ? p->weight[i] : 1, share = w * partial[i] * p->treated[i] / total;
    double relative = partial[i] / total * mass; /* mean 1 */
    out->n_treated++;
    out->n_negative += share < 0;
    if (share < 0) out->negative += share;
    squares += w * p->treated[i] / mass * (relative - 1) * (relative - 1);
  }
  out->sensitivity = squares > 0 ? fabs(fe->theta[p->n_times]) / sqrt(squares) : INFINITY;
  muster_free(partial);
  return status;
}

muster_status muster_twfe_weights(const muster_panel *panel, muster_twfe_weighting *out, muster_error *err) {
  *out = (muster_twfe_weighting){0};
  muster_fe_columns c;
  muster_fe fe = {0};
  MUSTER_TRY(muster_regress_check(panel, err));
  MUSTER_TRY(muster_fe_columns_of(panel, &c, err));
  muster_status status = muster_fe_accumulate(&c.model, NULL, &fe, err);
  if (status == MUSTER_OK) status = muster_fe_solve(&fe, err);
  if (status == MUSTER_OK) status = weigh(&fe, out, err);
  muster_fe_free(&fe);
  muster_free(c.dense);
  return status;
}

static bool staggered(const muster_panel *p) {
  double first = NAN;
  for (size_t u = 0; u < p->n_units; u++) {
    if (isnan(p->cohort[u])) continue;
    if (isnan(first)) first = p->cohort[u];
    if (p->cohort[u] != first) return true;
  }
  return false;
}

muster_status muster_twfe(const muster_panel *panel, const muster_regression_options *options, muster_estimates *out,
                          muster_error *err) {
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, options, &fit, err));
  muster_status status = MUSTER_OK;
  char note[400];
  snprintf(note, sizeof note, "%s", fit.note);
  if (staggered(panel)) {
    muster_twfe_weighting weights;
    status = muster_twfe_weights(panel, &weights, err);
    if (status == MUSTER_OK)
      snprintf(
          note, sizeof note,
          "%s; staggered starts: %zu of %zu treated rows have negative weight (sum %.3g), biased when effects grow: "
          "read callaway_santanna",
          fit.note, weights.n_negative, weights.n_treated, weights.negative);
  }
  for (size_t j = 0; status == MUSTER_OK && j < fit.k; j++) {
    muster_estimate row = muster_coefficient_row(&fit, j, "twfe", j == 0 ? "treated" : panel->name[j - 1], options);
    if (j == 0) row.note = note;
    status = muster_estimates_add(out, &row, err);
  }
  muster_coefficients_free(&fit);
  return status;
}
