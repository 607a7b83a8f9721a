/* The balance table, and the effect on the treated in a matched or weighted sample. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "muster/impact/distribution.h"
#include "muster/impact/matching.h"
#include "muster/impact/panel.h"

typedef struct moments {
  double mean, variance;
} moments;

/** Mean and variance of one arm, weights scaled to sum to one; the variance is unbiased when they are equal. */
static moments arm_moments(const muster_match_data *data, const double *x, const double *weight, bool treated) {
  double sum = 0, squares = 0;
  moments m = {0, 0};
  for (size_t i = 0; i < data->n; i++)
    if ((data->treated[i] != 0) == treated) sum += weight ? weight[i] : 1;
  for (size_t i = 0; i < data->n; i++)
    if ((data->treated[i] != 0) == treated) m.mean += (weight ? weight[i] : 1) * x[i];
  m.mean /= sum;
  for (size_t i = 0; i < data->n; i++) {
    if ((data->treated[i] != 0) != treated) continue;
    double w = (weight ? weight[i] : 1) / sum;
    m.variance += w * (x[i] - m.mean) * (x[i] - m.mean);
    squares += w * w;
  }
  m.variance /= 1 - squares;
  return m;
}

static bool is_binary(const double *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (x[i] != 0 && x[i] != 1) return false;
  return true;
}

typedef struct place {
  double x;
  size_t row;
} place;

static int by_value(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->x != y->x) return x->x < y->x ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

static void compare_ecdf(const muster_match_data *data, const double *x, const double *weight, place *order,
                         muster_balance *out) {
  double total[2] = {0, 0}, reached[2] = {0, 0}, values = 0, sum = 0;
  for (size_t i = 0; i < data->n; i++) {
    order[i] = (place){x[i], i};
    total[data->treated[i] != 0] += weight ? weight[i] : 1;
  }
  qsort(order, data->n, sizeof *order, by_value);
  out->ecdf_max = 0;
  for (size_t i = 0; i < data->n; i++) {
    size_t row = order[i].row;
    reached[data->treated[row] != 0] += weight ? weight[row] : 1;
    if (i + 1 < data->n && order[i + 1].x == order[i].x) continue;
    double apart = fabs(reached[1] / total[1] - reached[0] / total[0]);
    sum += apart;
    values++;
    out->ecdf_max = fmax(out->ecdf_max, apart);
  }
  out->ecdf_mean = sum / values;
}

static muster_status check_balance(const muster_match_data *data, const double *weight, muster_error *err) {
  double sum[2] = {0, 0};
  for (size_t i = 0; i < data->n; i++) {
    double w = weight ? weight[i] : 1;
    if (!(w >= 0) || isinf(w)) return muster_fail(err, MUSTER_DATA, "the weight of row %zu is %g", i + 1, w);
    for (size_t j = 0; j < data->k; j++)
      if (!isfinite(data->x[j][i]))
        return muster_fail(err, MUSTER_DATA, "covariate %zu is missing in row %zu", j + 1, i + 1);
    sum[data->treated[i] != 0] += w;
  }
  if (sum[0] > 0 && sum[1] > 0) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "balance needs treated and comparison rows of weight above 0");
  return MUSTER_DATA;
}

muster_status muster_balance_of(const muster_match_data *data, const double *weight, const muster_matches *pairs,
                                const char *const *names, muster_balance *out, muster_error *err) {
  MUSTER_TRY(check_balance(data, weight, err));
  place *order = muster_alloc(data->n, sizeof *order);
  if (!order) return muster_fail_memory(err);
  for (size_t j = 0; j < data->k; j++) {
    const double *x = data->x[j];
    moments treated = arm_moments(data, x, weight, true), control = arm_moments(data, x, weight, false);
    moments all = arm_moments(data, x, NULL, true);
    bool binary = is_binary(x, data->n);
    double scale = binary ? sqrt(all.mean * (1 - all.mean)) : sqrt(all.variance);
    double apart = treated.mean - control.mean;
    out[j] = (muster_balance){.covariate = names[j],
                              .binary = binary,
                              .mean_treated = treated.mean,
                              .mean_control = control.mean,
                              .smd = apart == 0 ? 0 : apart / scale,
                              .var_ratio = binary ? NAN : treated.variance / control.variance,
                              .pair_distance = NAN};
    if (binary)
      out[j].ecdf_mean = out[j].ecdf_max = fabs(apart);
    else
      compare_ecdf(data, x, weight, order, &out[j]);
    if (!pairs) continue;
    double sum = 0;
    for (size_t i = 0; i < data->n; i++)
      if (pairs->match[i] != MUSTER_MATCH_NONE) sum += fabs(x[i] - x[pairs->match[i]]);
    out[j].pair_distance = sum == 0 ? 0 : sum / (double)pairs->n_pairs / scale;
  }
  muster_free(order);
  return MUSTER_OK;
}

const char muster_balance_header[] =
    "study,sample,covariate,mean_treated,mean_control,smd,var_ratio,ecdf_mean,ecdf_max,pair_distance\n";

void muster_balance_csv(const muster_balance *rows, size_t n, const char *study, const char *sample, muster_buf *out) {
  for (size_t i = 0; i < n; i++) {
    const muster_balance *row = &rows[i];
    muster_buf_csv(out, muster_text_of(study));
    muster_cell_text(out, sample);
    muster_cell_text(out, row->covariate);
    const double figures[] = {row->mean_treated, row->mean_control, row->smd,          row->var_ratio,
                              row->ecdf_mean,    row->ecdf_max,     row->pair_distance};
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) muster_cell_number(out, figures[f]);
    muster_buf_putc(out, '\n');
  }
}

/* Errors of the matched rows: independent, by pair, by cluster, or by both where pairs reach across clusters. */
typedef struct grouping {
  bool paired, clustered;
  uint32_t *pair, *cluster; /* [n] dense */
  size_t n_pairs, n_clusters;
} grouping;

static bool pairs_within_clusters(const grouping *g, size_t n, uint32_t *of_pair) {
  for (size_t i = 0; i < g->n_pairs; i++) of_pair[i] = UINT32_MAX;
  for (size_t i = 0; i < n; i++) {
    uint32_t *at = &of_pair[g->pair[i]];
    if (*at == UINT32_MAX) *at = g->cluster[i];
    if (*at != g->cluster[i]) return false;
  }
  return true;
}

static muster_status covariance_of(grouping *g, size_t n, uint32_t *room, muster_covariance *how, const char **by,
                                   muster_error *err) {
  *how = (muster_covariance){.kind = g->paired || g->clustered ? MUSTER_CR1 : MUSTER_HC1};
  *by = "";
  if (g->clustered) MUSTER_TRY(muster_number_dense(g->cluster, n, g->cluster, NULL, &g->n_clusters, err));
  if (g->clustered && g->n_clusters < 2) {
    *g = (grouping){.paired = g->paired, .pair = g->pair, .n_pairs = g->n_pairs};
    how->kind = g->paired ? MUSTER_CR1 : MUSTER_HC1;
    *by = "one cluster only, so not by cluster; ";
  }
  if (g->clustered) {
    how->cluster[how->ways] = g->cluster;
    how->n_clusters[how->ways++] = g->n_clusters;
    *by = g->paired ? "by cluster, which pairs do not leave; " : "by cluster, weights taken as given; ";
  }
  if (g->paired && !(g->clustered && pairs_within_clusters(g, n, room))) {
    how->cluster[how->ways] = g->pair;
    how->n_clusters[how->ways++] = g->n_pairs;
    if (g->clustered) *by = "by pair and by cluster; ";
  }
  return MUSTER_OK;
}

static muster_status finish(const muster_fit *fit, const muster_covariance *how, const char *by, size_t column,
                            muster_matched_effect *out, muster_error *err) {
  muster_vcov vcov = {.k = 0};
  MUSTER_TRY(muster_vcov_of(fit, how, &vcov, err));
  out->estimate = fit->beta[column];
  out->std_error = muster_vcov_se(&vcov, column);
  out->df = vcov.df[column];
  snprintf(out->note, sizeof out->note, "%s%s", by, vcov.note);
  muster_vcov_free(&vcov);
  return MUSTER_OK;
}

/* Pair and cluster together may come to less than either alone, even to less than nothing: the largest is kept. */
static muster_status widest(const muster_fit *fit, const muster_covariance *both, muster_matched_effect *out,
                            muster_error *err) {
  static const char *const words[] = {"by cluster, wider than with pairs; ", "by pair, wider than with clusters; "};
  for (size_t way = 0; way < 2; way++) {
    muster_covariance how = {
        .kind = MUSTER_CR1, .ways = 1, .cluster = {both->cluster[way]}, .n_clusters = {both->n_clusters[way]}};
    muster_matched_effect alone = *out;
    MUSTER_TRY(finish(fit, &how, words[way], 1, &alone, err));
    alone.df = fmin(alone.df, out->df);
    if (!(out->std_error >= alone.std_error)) *out = alone;
  }
  return MUSTER_OK;
}

muster_status muster_matched_effect_of(const muster_match_data *data, const double *y, const double *weight,
                                       const muster_matches *pairs, bool adjust, muster_matched_effect *out,
                                       muster_error *err) {
  MUSTER_TRY(check_balance(data, weight, err));
  size_t k = 2 + (adjust ? data->k : 0), n = 0;
  *out = (muster_matched_effect){.n_pairs = pairs ? pairs->n_pairs : 0};
  muster_status status = MUSTER_MEMORY;
  muster_fit fit = {.rank = 0};
  double *room = muster_alloc(data->n * (k + 2), sizeof *room);
  const double **x = muster_alloc(k, sizeof *x);
  uint32_t *numbers = muster_alloc(4 * data->n, sizeof *numbers);
  if (!room || !x || !numbers) goto out;
  grouping by = {.paired = pairs && !pairs->replacement,
                 .clustered = data->cluster != NULL,
                 .pair = numbers,
                 .cluster = numbers + data->n};
  uint32_t *label = numbers + 2 * data->n, next = 0;
  if (pairs)
    for (size_t i = 0; i < data->n; i++)
      if (pairs->match[i] != MUSTER_MATCH_NONE) label[i] = label[pairs->match[i]] = next++;
  double *columns = room, *outcome = room + data->n * k, *weights = outcome + data->n;
  for (size_t i = 0; i < data->n; i++) {
    double w = weight ? weight[i] : 1;
    if (w == 0) continue;
    columns[n] = 1;
    columns[data->n + n] = data->treated[i] != 0;
    for (size_t j = 2; j < k; j++) columns[j * data->n + n] = data->x[j - 2][i];
    outcome[n] = y[i];
    weights[n] = w;
    if (data->cluster) by.cluster[n] = data->cluster[i];
    by.pair[n++] = label[i];
  }
  for (size_t j = 0; j < k; j++) x[j] = columns + j * data->n;
  out->n_obs = n;
  by.n_pairs = next;
  muster_design design = {.n = n, .k = k, .x = x, .y = outcome, .weight = by.paired ? NULL : weights};
  status = muster_least_squares(&design, &fit, err);
  if (status != MUSTER_OK) goto out;
  muster_covariance how;
  const char *words;
  status = covariance_of(&by, n, numbers + 3 * data->n, &how, &words, err);
  if (status == MUSTER_OK) status = finish(&fit, &how, words, 1, out, err);
  if (status == MUSTER_OK && how.ways > 1) status = widest(&fit, &how, out, err);
  out->n_clusters = by.n_clusters;
out:
  muster_fit_free(&fit);
  muster_free(room);
  muster_free(x);
  muster_free(numbers);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

muster_status muster_paired_effect(const double *y, const muster_matches *pairs, muster_matched_effect *out,
                                   muster_error *err) {
  if (pairs->n_pairs < 2) return muster_fail(err, MUSTER_DATA, "a paired comparison of %zu pairs", pairs->n_pairs);
  double n = (double)pairs->n_pairs, sum = 0, squares = 0;
  *out = (muster_matched_effect){.n_pairs = pairs->n_pairs, .n_obs = 2 * pairs->n_pairs, .df = n - 1};
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < pairs->n; i++) {
      if (pairs->match[i] == MUSTER_MATCH_NONE) continue;
      double apart = y[i] - y[pairs->match[i]];
      if (!isfinite(apart)) return muster_fail(err, MUSTER_DATA, "the outcome of pair with row %zu is missing", i + 1);
      if (pass == 0)
        sum += apart;
      else
        squares += (apart - sum / n) * (apart - sum / n);
    }
  out->estimate = sum / n;
  out->std_error = sqrt(squares / (n - 1) / n);
  snprintf(out->note, sizeof out->note, "paired t over %zu pairs", pairs->n_pairs);
  return MUSTER_OK;
}
