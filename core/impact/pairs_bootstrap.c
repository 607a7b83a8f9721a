/* The pairs cluster bootstrap: clusters drawn with replacement, their cross products added and solved. */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/impact/cluster_bootstrap.h"
#include "order.h"
#include "regression.h"

enum { USUAL_DRAWS = 999, AT_ONCE = 4 };

/* Upper triangles alone, side by side in place: what a draw adds up is then one run of memory a cluster. */
static void pack(double *by_cluster, size_t clusters, size_t stride) {
  double *to = by_cluster;
  for (size_t g = 0; g < clusters; g++)
    for (size_t a = 0; a < stride; a++) {
      memmove(to, by_cluster + (g * stride + a) * stride + a, (stride - a) * sizeof *to);
      to += stride - a;
    }
}

/* @param times, sum, room  working space: [clusters], one packed triangle, [m][m + 1] */
static void draw_one(muster_fe *fe, const double *packed, size_t clusters, size_t *times, double *sum, double *room,
                     gsl_rng *rng) {
  size_t stride = fe->m + 1, size = stride * (stride + 1) / 2;
  memset(times, 0, clusters * sizeof *times);
  for (size_t g = 0; g < clusters; g++) times[gsl_rng_uniform_int(rng, clusters)]++;
  memset(sum, 0, size * sizeof *sum);
  size_t drawn = 0; /* those with times[] > 0, moved to its front with how often */
  for (size_t g = 0; g < clusters; g++)
    if (times[g]) times[drawn++] = times[g] * clusters + g;
  for (size_t i = 0; i < drawn; i += AT_ONCE) { /* several clusters for one pass over the sum */
    const double *own[AT_ONCE];
    double often[AT_ONCE];
    for (size_t k = 0; k < AT_ONCE; k++) {
      bool there = i + k < drawn;
      own[k] = packed + (there ? times[i + k] % clusters : 0) * size;
      often[k] = there ? (double)(times[i + k] / clusters) : 0;
    }
    for (size_t a = 0; a < size; a++)
      sum[a] += (often[0] * own[0][a] + often[1] * own[1][a]) + (often[2] * own[2][a] + often[3] * own[3][a]);
  }
  for (size_t a = 0; a < stride; sum += stride - a, a++)
    memcpy(fe->normal + a * stride + a, sum, (stride - a) * sizeof *sum);
  muster_fe_solve_theta(fe, room);
}

static void summarise(double *beta, size_t n, double level, muster_pairs *out) {
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n; i++) mean += beta[i] / (double)n;
  for (size_t i = 0; i < n; i++) squares += (beta[i] - mean) * (beta[i] - mean);
  muster_sort(beta, n);
  out->se = sqrt(squares / (double)(n - 1));
  out->conf_low = muster_quantile(beta, n, 0.5 - level / 2);
  out->conf_high = muster_quantile(beta, n, 0.5 + level / 2);
}

static muster_status draw_all(muster_fe *fe, double *by_cluster, const muster_pairs_options *o, size_t column,
                              muster_pairs *out, muster_error *err) {
  size_t clusters = fe->model.panel->n_clusters, kept = 0;
  double *beta = muster_alloc(out->n_draws, sizeof *beta);
  size_t stride = fe->m + 1;
  double *room = muster_alloc(2 * stride * stride, sizeof *room);
  size_t *times = muster_alloc(clusters, sizeof *times);
  gsl_rng *rng = beta && times && room ? gsl_rng_alloc(gsl_rng_mt19937) : NULL;
  muster_status status = rng ? MUSTER_OK : muster_fail_memory(err);
  if (rng) gsl_rng_set(rng, (unsigned long)o->seed);
  if (status == MUSTER_OK) pack(by_cluster, clusters, stride);
  for (size_t i = 0; status == MUSTER_OK && i < out->n_draws; i++) {
    draw_one(fe, by_cluster, clusters, times, room + stride * stride, room, rng);
    if (fe->kept[column]) beta[kept++] = fe->theta[column]; /* a draw without treated clusters says nothing */
  }
  out->n_failed = out->n_draws - kept;
  if (status == MUSTER_OK && kept < 2) {
    status =
        muster_fail(err, MUSTER_DATA, "the effect is identified in %zu of %zu draws of clusters", kept, out->n_draws);
    muster_error_todo(err, "use the wild bootstrap or a permutation test");
  }
  if (status == MUSTER_OK) summarise(beta, kept, muster_level(&o->regression), out);
  if (rng) gsl_rng_free(rng);
  muster_free(beta);
  muster_free(times);
  muster_free(room);
  return status;
}

muster_status muster_pairs_fit(const muster_panel *panel, const muster_pairs_options *options, muster_pairs *out,
                               muster_error *err) {
  *out = (muster_pairs){.n_draws = options->draws ? options->draws : USUAL_DRAWS};
  MUSTER_TRY(muster_regress_check_clusters(panel, err));
  size_t stride = panel->n_times + panel->n_covariates + 2, square = stride * stride, column = panel->n_times;
  if (panel->n_clusters > MUSTER_FE_MOST_HELD / square) {
    muster_fail(err, MUSTER_DATA, "%zu clusters are too many for the pairs bootstrap", panel->n_clusters);
    muster_error_todo(err, "with so many clusters CR1 is enough; or use the wild bootstrap");
    return MUSTER_DATA;
  }
  muster_fe_columns c = {0};
  muster_fe fe = {0};
  MUSTER_TRY(muster_fe_columns_of(panel, &c, err));
  double *by_cluster = muster_alloc(panel->n_clusters * square, sizeof *by_cluster);
  muster_status status = by_cluster ? muster_fe_accumulate(&c.model, by_cluster, &fe, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = muster_fe_solve(&fe, err);
  if (status == MUSTER_OK && !fe.kept[column]) status = muster_not_identified(err);
  if (status == MUSTER_OK) {
    out->beta = fe.theta[column];
    out->n_obs = fe.n_obs;
    out->n_units = fe.n_units;
    out->n_clusters = fe.n_clusters;
    status = draw_all(&fe, by_cluster, options, column, out, err);
  }
  muster_fe_free(&fe);
  muster_free(by_cluster);
  muster_free(c.dense);
  return status;
}

muster_status muster_pairs_bootstrap(const muster_panel *panel, const muster_pairs_options *options,
                                     muster_estimates *out, muster_error *err) {
  muster_pairs p;
  MUSTER_TRY(muster_pairs_fit(panel, options, &p, err));
  char note[240];
  snprintf(note, sizeof note,
           "pairs cluster bootstrap, %zu draws, seed %llu, %zu clusters, sd of the draws, percentile interval",
           p.n_draws, (unsigned long long)options->seed, p.n_clusters);
  if (p.n_failed) {
    size_t at = strlen(note);
    snprintf(note + at, sizeof note - at, "; %zu draws without an identified effect left out", p.n_failed);
  }
  muster_estimate row = muster_estimate_blank("pairs_bootstrap", options->regression.outcome, "treated");
  row.estimate = p.beta;
  row.std_error = p.se;
  row.conf_low = p.conf_low;
  row.conf_high = p.conf_high;
  row.n_units = p.n_units;
  row.n_obs = p.n_obs;
  row.n_clusters = p.n_clusters;
  row.note = note;
  return muster_estimates_add(out, &row, err);
}
