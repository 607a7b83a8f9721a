/* The imputation estimator. For weights v on treated rows, sum v (y - yhat0) has the influence
 * sum over treated v (tau_it - tau) - (S h)' score, where the score is that of the first stage and
 * h = sum v (r_it - rbar_i), rbar_i the mean column row of the unit's untreated rows. */
#include "muster/impact/imputation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "order.h"
#include "regression.h"

typedef struct room {
  uint8_t *treated; /* [n_obs] rows the first stage leaves out */
  const double **dense;
  muster_fe_model model;
  muster_fe fe;
  double *h;            /* [events][m] */
  double *mass;         /* [events] */
  double *cluster_mass; /* [events][clusters] */
  double *own;          /* [events][clusters] sums of w (tau - event mean) */
  double *mean;         /* [m] of a unit's untreated rows */
  double *influence;    /* [clusters] */
  double *direction;    /* [m] */
} room;

static void room_free(room *r) {
  muster_free(r->treated);
  muster_free(r->dense);
  muster_fe_free(&r->fe);
  muster_free(r->h);
  muster_free(r->mass);
  muster_free(r->cluster_mass);
  muster_free(r->own);
  muster_free(r->mean);
  muster_free(r->influence);
  muster_free(r->direction);
}

static muster_status first_stage(const muster_panel *p, room *r, muster_error *err) {
  r->treated = muster_alloc(p->n_obs, sizeof *r->treated);
  r->dense = muster_alloc(p->n_covariates, sizeof *r->dense);
  if (!r->treated || !r->dense) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n_obs; i++) r->treated[i] = p->treated[i] != 0;
  for (size_t k = 0; k < p->n_covariates; k++) r->dense[k] = p->covariate[k];
  r->model = (muster_fe_model){.panel = p, .skip = r->treated, .n_dense = p->n_covariates, .dense = r->dense};
  MUSTER_TRY(muster_fe_fit(&r->model, &r->fe, err));
  size_t references = 0;
  for (size_t t = 0; t < p->n_times; t++) references += r->fe.length[t] > 0 && !r->fe.kept[t];
  if (references <= 1) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "the untreated rows fall into parts that no unit connects");
  muster_error_expected(err, "units seen untreated across the times of the panel");
  return MUSTER_DATA;
}

static bool can_impute(const room *r, size_t i) {
  const muster_panel *p = r->model.panel;
  return r->treated[i] && !isnan(r->fe.unit_effect[p->unit[i]]) && r->fe.length[p->time[i]] > 0;
}

static double weight_of(const muster_panel *p, size_t i) { return p->weight ? p->weight[i] : 1; }

static double effect_of(const room *r, size_t i) {
  const muster_panel *p = r->model.panel;
  double expected = r->fe.unit_effect[p->unit[i]] + r->fe.theta[p->time[i]];
  for (size_t k = 0; k < p->n_covariates; k++) expected += r->fe.theta[p->n_times + k] * p->covariate[k][i];
  return p->y[i] - expected;
}

static double event_of(const muster_panel *p, size_t i) { return p->times[p->time[i]] - p->cohort[p->unit[i]]; }

static muster_status list_events(const muster_panel *p, const room *r, muster_imputation *out, muster_error *err) {
  double *all = muster_alloc(p->n_obs, sizeof *all);
  if (!all) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n_obs; i++) {
    if (can_impute(r, i))
      all[out->n_imputed++] = event_of(p, i);
    else
      out->n_lost += r->treated[i];
  }
  out->n_events = muster_distinct(all, out->n_imputed);
  out->event = muster_alloc(out->n_events, sizeof *out->event);
  out->estimate = muster_alloc(out->n_events, sizeof *out->estimate);
  out->event_se = muster_alloc(out->n_events, sizeof *out->event_se);
  out->count = muster_alloc(out->n_events, sizeof *out->count);
  bool fine = out->event && out->estimate && out->event_se && out->count;
  if (fine && out->n_events) memcpy(out->event, all, out->n_events * sizeof *all);
  muster_free(all);
  if (!fine) return muster_fail_memory(err);
  if (out->n_events) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no treated row can be imputed");
  muster_error_expected(err, "treated units seen before their start, and untreated units at the times after it");
  return MUSTER_DATA;
}

static muster_status second_room(const muster_panel *p, room *r, size_t events, muster_error *err) {
  r->h = muster_alloc(events * r->fe.m, sizeof *r->h);
  r->mass = muster_alloc(events, sizeof *r->mass);
  r->cluster_mass = muster_alloc(events * p->n_clusters, sizeof *r->cluster_mass);
  r->own = muster_alloc(events * p->n_clusters, sizeof *r->own);
  r->mean = muster_alloc(r->fe.m, sizeof *r->mean);
  r->influence = muster_alloc(p->n_clusters, sizeof *r->influence);
  r->direction = muster_alloc(r->fe.m, sizeof *r->direction);
  bool fine = r->h && r->mass && r->cluster_mass && r->own && r->mean && r->influence && r->direction;
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* Means by event, then h and the treated part of the influence. */
static void average(const muster_panel *p, room *r, muster_imputation *out) {
  for (size_t i = 0; i < p->n_obs; i++) {
    if (!can_impute(r, i)) continue;
    size_t e = muster_place(out->event, out->n_events, event_of(p, i));
    double w = weight_of(p, i);
    out->estimate[e] += w * effect_of(r, i);
    out->count[e]++;
    r->mass[e] += w;
    r->cluster_mass[e * p->n_clusters + p->cluster[i]] += w;
  }
  for (size_t e = 0; e < out->n_events; e++) out->estimate[e] /= r->mass[e];
}

static void unit_mean(const muster_panel *p, room *r, size_t u) {
  double mass = 0;
  memset(r->mean, 0, r->fe.m * sizeof *r->mean);
  for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
    if (r->treated[i]) continue;
    double w = weight_of(p, i);
    mass += w;
    r->mean[p->time[i]] += w;
    for (size_t k = 0; k < p->n_covariates; k++) r->mean[p->n_times + k] += w * p->covariate[k][i];
  }
  for (size_t a = 0; a < r->fe.m; a++) r->mean[a] /= mass;
}

static void gather(const muster_panel *p, room *r, const muster_imputation *out) {
  size_t m = r->fe.m, known = SIZE_MAX;
  for (size_t i = 0; i < p->n_obs; i++) {
    if (!can_impute(r, i)) continue;
    if (p->unit[i] != known) unit_mean(p, r, known = p->unit[i]);
    size_t e = muster_place(out->event, out->n_events, event_of(p, i));
    double v = weight_of(p, i) / r->mass[e], *h = r->h + e * m;
    h[p->time[i]] += v;
    for (size_t k = 0; k < p->n_covariates; k++) h[p->n_times + k] += v * p->covariate[k][i];
    for (size_t a = 0; a < m; a++) h[a] -= v * r->mean[a];
    r->own[e * p->n_clusters + p->cluster[i]] += v * (effect_of(r, i) - out->estimate[e]);
  }
}

/* Influence of event e by cluster into r->influence. */
static void influence_of(const muster_panel *p, room *r, size_t e) {
  size_t m = r->fe.m;
  for (size_t a = 0; a < m; a++) {
    r->direction[a] = 0;
    for (size_t b = 0; b < m; b++) r->direction[a] += r->fe.bread[a * m + b] * r->h[e * m + b];
  }
  for (size_t g = 0; g < p->n_clusters; g++) {
    double sum = r->own[e * p->n_clusters + g];
    for (size_t a = 0; a < m; a++) sum -= r->direction[a] * r->fe.score[g * m + a];
    r->influence[g] = sum;
  }
}

static muster_status errors(const muster_panel *p, room *r, muster_imputation *out, muster_error *err) {
  double *overall = muster_alloc(p->n_clusters, sizeof *overall), total = 0;
  if (!overall) return muster_fail_memory(err);
  for (size_t e = 0; e < out->n_events; e++) total += r->mass[e];
  for (size_t e = 0; e < out->n_events; e++) out->att += r->mass[e] / total * out->estimate[e];
  for (size_t e = 0; e < out->n_events; e++) {
    influence_of(p, r, e);
    double squares = 0, share = r->mass[e] / total;
    for (size_t g = 0; g < p->n_clusters; g++) {
      squares += r->influence[g] * r->influence[g];
      overall[g] +=
          share * r->influence[g] + r->cluster_mass[e * p->n_clusters + g] / total * (out->estimate[e] - out->att);
    }
    out->event_se[e] = sqrt(squares);
  }
  double squares = 0;
  for (size_t g = 0; g < p->n_clusters; g++) squares += overall[g] * overall[g];
  out->se = sqrt(squares);
  muster_free(overall);
  return MUSTER_OK;
}

muster_status muster_imputation_fit(const muster_panel *panel, muster_imputation *out, muster_error *err) {
  *out = (muster_imputation){.n_obs = panel->n_obs, .n_units = panel->n_units, .n_clusters = panel->n_clusters};
  MUSTER_TRY(muster_regress_check_clusters(panel, err));
  room r = {0};
  muster_status status = first_stage(panel, &r, err);
  if (status == MUSTER_OK) status = list_events(panel, &r, out, err);
  if (status == MUSTER_OK) status = second_room(panel, &r, out->n_events, err);
  if (status == MUSTER_OK) {
    average(panel, &r, out);
    gather(panel, &r, out);
    status = errors(panel, &r, out, err);
  }
  room_free(&r);
  if (status != MUSTER_OK) muster_imputation_free(out);
  return status;
}

void muster_imputation_free(muster_imputation *imputation) {
  muster_free(imputation->event);
  muster_free(imputation->estimate);
  muster_free(imputation->event_se);
  muster_free(imputation->count);
  *imputation = (muster_imputation){0};
}

muster_status muster_imputation_rows(const muster_panel *panel, const muster_regression_options *options,
                                     muster_estimates *out, muster_error *err) {
  muster_imputation fit;
  MUSTER_TRY(muster_imputation_fit(panel, &fit, err));
  char note[320];
  int at =
      snprintf(note, sizeof note, "two-stage influence function, no small-sample factor, %zu clusters, clustered by %s",
               fit.n_clusters, fit.n_clusters == fit.n_units ? "unit" : "cluster");
  if (fit.n_lost && at > 0)
    snprintf(note + at, sizeof note - (size_t)at, "; %zu treated rows without an untreated row of their unit or time",
             fit.n_lost);
  muster_status status = MUSTER_OK;
  size_t before = out->count;
  for (size_t e = 0; status == MUSTER_OK && e <= fit.n_events; e++) {
    muster_estimate row = muster_estimate_blank("imputation", options->outcome, e ? "event" : "treated");
    muster_estimate_fill(&row, e ? fit.estimate[e - 1] : fit.att, e ? fit.event_se[e - 1] : fit.se, INFINITY,
                         muster_level(options));
    row.df = NAN;
    if (e) row.time = fit.event[e - 1];
    row.n_units = fit.n_units;
    row.n_obs = e ? fit.count[e - 1] : fit.n_obs;
    row.n_clusters = fit.n_clusters;
    row.note = note;
    status = muster_estimates_add(out, &row, err);
  }
  muster_imputation_free(&fit);
  if (status != MUSTER_OK) out->count = before;
  return status;
}
