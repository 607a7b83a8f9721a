/* The 2x2: ever treated against never treated, before against after one common start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "regression.h"

static muster_status common_start(const muster_panel *p, double *start, muster_error *err) {
  *start = NAN;
  for (size_t u = 0; u < p->n_units; u++) {
    if (isnan(p->cohort[u])) continue;
    if (isnan(*start)) *start = p->cohort[u];
    if (p->cohort[u] == *start) continue;
    muster_fail(err, MUSTER_DATA, "units start treatment at different times");
    muster_error_expected(err, "one common start for a 2x2");
    muster_error_todo(err, "use callaway_santanna");
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

typedef struct cell {
  double mass, sum, squares, count;
} cell;

/* Weighted mean and its standard error sd/sqrt(n); sd with n - 1. */
static void add_cell(cell *c, double w, double y, double shift) {
  c->mass += w;
  c->sum += w * (y - shift);
  c->squares += w * (y - shift) * (y - shift);
  c->count++;
}

static muster_status cell_rows(const muster_panel *p, double start, const char *outcome, double level,
                               muster_estimates *out, muster_error *err) {
  static const char *const terms[] = {"mean_control_before", "mean_control_after", "mean_treated_before",
                                      "mean_treated_after"};
  cell cells[4] = {{0}};
  double shift = p->y[0];
  for (size_t i = 0; i < p->n_obs; i++) {
    size_t at = (isnan(p->cohort[p->unit[i]]) ? 0u : 2u) + (p->times[p->time[i]] >= start);
    add_cell(&cells[at], p->weight ? p->weight[i] : 1, p->y[i], shift);
  }
  for (size_t c = 0; c < 4; c++) {
    if (cells[c].count < 1) {
      muster_fail(err, MUSTER_DATA, "the 2x2 has no row in the cell %s", terms[c] + 5);
      muster_error_expected(err, "treated and never treated units, each before and after the start");
      return MUSTER_DATA;
    }
    double n = cells[c].count, mean = cells[c].sum / cells[c].mass;
    double variance = (cells[c].squares / cells[c].mass - mean * mean) * n / (n - 1);
    muster_estimate row = muster_estimate_blank("did", outcome, terms[c]);
    muster_estimate_fill(&row, mean + shift, n > 1 ? sqrt(fmax(variance, 0) / n) : NAN, n - 1, level);
    row.p_value = NAN;
    row.n_obs = (size_t)n;
    row.note = "mean of the cell, sd/sqrt(n)";
    MUSTER_TRY(muster_estimates_add(out, &row, err));
  }
  return MUSTER_OK;
}

/* Columns: interaction, group, after, one, covariates. */
static muster_status pooled(const muster_panel *p, double start, const muster_regression_options *o,
                            muster_estimates *out, muster_error *err) {
  size_t n = p->n_obs, k = 4 + p->n_covariates;
  double *made = muster_alloc(4 * n, sizeof *made);
  const double **x = muster_alloc(k, sizeof *x);
  muster_fit fit = {0};
  muster_vcov vcov = {0};
  muster_status status = made && x ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < n; i++) {
      made[n + i] = !isnan(p->cohort[p->unit[i]]);
      made[2 * n + i] = p->times[p->time[i]] >= start;
      made[i] = made[n + i] * made[2 * n + i];
      made[3 * n + i] = 1;
    }
    for (size_t j = 0; j < k; j++) x[j] = j < 4 ? made + j * n : p->covariate[j - 4];
    muster_design design = {.n = n, .k = k, .x = x, .y = p->y, .weight = p->weight};
    muster_covariance how = {.kind = MUSTER_CR1,
                             .ways = 1,
                             .cluster = {p->cluster, p->time},
                             .n_clusters = {p->n_clusters, p->n_times},
                             .each_way = o->each_way,
                             .fe_count = o->fe_count};
    if (o->errors == MUSTER_ERRORS_CR0) how.kind = MUSTER_CR0;
    if (o->errors == MUSTER_ERRORS_CR1P) how.kind = MUSTER_CR1P;
    if (o->errors == MUSTER_ERRORS_CR2) how.kind = MUSTER_CR2;
    if (o->errors == MUSTER_ERRORS_HC1) how.kind = MUSTER_HC1;
    if (o->errors == MUSTER_ERRORS_IID) how.kind = MUSTER_IID;
    if (o->errors == MUSTER_ERRORS_TWO_WAY) how.ways = 2;
    if (o->errors >= MUSTER_ERRORS_NEWEY_WEST)
      status = muster_fail(err, MUSTER_DATA, "the pooled 2x2 has no standard errors with lags");
    if (status == MUSTER_OK) status = muster_least_squares(&design, &fit, err);
    if (status == MUSTER_OK) status = muster_vcov_of(&fit, &how, &vcov, err);
  }
  for (size_t j = 0; status == MUSTER_OK && j < k; j++) {
    if (j > 0 && j < 4) continue;
    muster_estimate row = muster_estimate_blank("did", o->outcome, j ? p->name[j - 4] : "treated");
    muster_estimate_fill(&row, fit.beta[j], muster_vcov_se(&vcov, j), vcov.df[j], muster_level(o));
    row.n_obs = n;
    row.n_units = p->n_units;
    row.n_clusters = vcov.n_clusters;
    row.note = vcov.note;
    status = muster_estimates_add(out, &row, err);
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  muster_free(made);
  muster_free(x);
  return status;
}

/* Mean changes of the units seen on both sides; the weight of a unit is the weight of its rows before. */
static muster_status first_difference(const muster_panel *p, double start, const muster_regression_options *o,
                                      muster_estimates *out, muster_error *err) {
  double *change = muster_alloc(p->n_units, sizeof *change), *group = muster_alloc(p->n_units, sizeof *group);
  double *one = muster_alloc(p->n_units, sizeof *one), *weight = muster_alloc(p->n_units, sizeof *weight);
  muster_fit fit = {0};
  muster_vcov vcov = {0};
  muster_status status = change && group && one && weight ? MUSTER_OK : muster_fail_memory(err);
  size_t n = 0, treated = 0;
  for (size_t u = 0; status == MUSTER_OK && u < p->n_units; u++) {
    double sum[2] = {0, 0}, mass[2] = {0, 0};
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
      int after = p->times[p->time[i]] >= start;
      double w = p->weight ? p->weight[i] : 1;
      sum[after] += w * p->y[i];
      mass[after] += w;
    }
    if (!(mass[0] > 0) || !(mass[1] > 0)) continue;
    change[n] = sum[1] / mass[1] - sum[0] / mass[0];
    group[n] = !isnan(p->cohort[u]);
    treated += group[n] > 0;
    one[n] = 1;
    weight[n++] = mass[0];
  }
  if (status == MUSTER_OK && treated >= 2 && n - treated >= 2) {
    const double *x[] = {group, one};
    muster_design design = {.n = n, .k = 2, .x = x, .y = change, .weight = p->weight ? weight : NULL};
    status = muster_least_squares(&design, &fit, err);
    if (status == MUSTER_OK) status = muster_vcov_of(&fit, &(muster_covariance){.kind = MUSTER_HC2}, &vcov, err);
    if (status == MUSTER_OK) {
      muster_estimate row = muster_estimate_blank("did", o->outcome, "first_difference");
      muster_estimate_fill(&row, fit.beta[0], muster_vcov_se(&vcov, 0), vcov.df[0], muster_level(o));
      row.n_obs = row.n_units = n;
      row.note = "units seen before and after; HC2 (Welch), df n - 2";
      status = muster_estimates_add(out, &row, err);
    }
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  muster_free(change);
  muster_free(group);
  muster_free(one);
  muster_free(weight);
  return status;
}

muster_status muster_did(const muster_panel *panel, const muster_regression_options *options, muster_estimates *out,
                         muster_error *err) {
  double start;
  MUSTER_TRY(muster_regress_check(panel, err));
  MUSTER_TRY(common_start(panel, &start, err));
  size_t before = out->count;
  muster_status status = pooled(panel, start, options, out, err);
  if (status == MUSTER_OK) status = first_difference(panel, start, options, out, err);
  if (status == MUSTER_OK) status = cell_rows(panel, start, options->outcome, muster_level(options), out, err);
  if (status != MUSTER_OK) out->count = before;
  return status;
}
