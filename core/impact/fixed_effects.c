/* Normal equations of two-way fixed effects, one unit after another.
 *
 * With r the row of time indicators, event indicators and dense columns, eliminating the unit effect leaves
 * sum_i (sum_t w r r' - R_i R_i' / W_i), R_i = sum_t w r. Indicators are sparse, so a unit costs the square of what it
 * touches, and units that are observed in every time without weights share one time block. */
#include "fixed_effects.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"

/* A column is left out when this share, or less, of its sum of squares is its own. */
static const double COLLINEAR = 1e-9, CONSTANT_IN_UNITS = 1e-20;

/* One unit at work. */
typedef struct unit_work {
  double *sum;     /* [times + events] weight of each indicator */
  size_t *touched; /* indicators with weight */
  double *centred; /* [rows][dense + 1] */
  double *mean;    /* [dense + 1] */
  double *cross;   /* [times + events][dense + 1] sums of centred values over all units */
} unit_work;

static bool used(const muster_fe_model *m, size_t i) { return !m->skip || !m->skip[i]; }
static double weight_of(const muster_fe_model *m, size_t i) { return m->panel->weight ? m->panel->weight[i] : 1; }
static double outcome_of(const muster_fe_model *m, size_t i) { return m->y ? m->y[i] : m->panel->y[i]; }

static size_t longest_unit(const muster_panel *p) {
  size_t most = 0;
  for (size_t u = 0; u < p->n_units; u++) {
    size_t rows = p->first_row[u + 1] - p->first_row[u];
    most = rows > most ? rows : most;
  }
  return most;
}

static void work_free(unit_work *w) {
  muster_free(w->sum);
  muster_free(w->touched);
  muster_free(w->centred);
  muster_free(w->mean);
}

static muster_status work_make(const muster_fe_model *m, unit_work *w, muster_error *err) {
  size_t indicators = m->panel->n_times + m->n_events, values = m->n_dense + 1;
  w->sum = muster_alloc(indicators, sizeof *w->sum);
  w->touched = muster_alloc(2 * indicators, sizeof *w->touched);
  w->centred = muster_alloc(longest_unit(m->panel) * values, sizeof *w->centred);
  w->mean = muster_alloc(values, sizeof *w->mean);
  return w->sum && w->touched && w->centred && w->mean ? MUSTER_OK : muster_fail_memory(err);
}

/* Adds the dense and outcome part of a unit: everything centred within it. @return its weight */
static double add_dense(const muster_fe_model *m, unit_work *w, size_t from, size_t to, size_t stride, double *normal,
                        double *length) {
  size_t values = m->n_dense + 1, times = m->panel->n_times, dense_at = times + m->n_events;
  double mass = 0;
  for (size_t v = 0; v < values; v++) w->mean[v] = 0;
  for (size_t i = from; i < to; i++) {
    if (!used(m, i)) continue;
    double weight = weight_of(m, i);
    mass += weight;
    for (size_t v = 0; v < m->n_dense; v++) w->mean[v] += weight * m->dense[v][i];
    w->mean[m->n_dense] += weight * outcome_of(m, i);
  }
  if (!(mass > 0)) return 0;
  for (size_t v = 0; v < values; v++) w->mean[v] /= mass;
  for (size_t i = from; i < to; i++) {
    if (!used(m, i)) continue;
    double weight = weight_of(m, i), *centred = w->centred + (i - from) * values;
    double *time_row = normal + m->panel->time[i] * stride + dense_at;
    for (size_t v = 0; v < values; v++) {
      double raw = v < m->n_dense ? m->dense[v][i] : outcome_of(m, i);
      length[dense_at + v] += weight * raw * raw;
      centred[v] = raw - w->mean[v];
      time_row[v] += weight * centred[v];
    }
    if (m->event && m->event[i] >= 0) {
      double *event_row = normal + (times + (size_t)m->event[i]) * stride + dense_at;
      for (size_t v = 0; v < values; v++) event_row[v] += weight * centred[v];
    }
    for (size_t a = 0; a < values; a++) {
      double *row = normal + (dense_at + a) * stride + dense_at;
      for (size_t b = a; b < values; b++) row[b] += weight * centred[a] * centred[b];
    }
  }
  return mass;
}

/* Adds the indicator part of a unit. With `plain_times` the block of times by times is left to the caller. */
static void add_indicators(const muster_fe_model *m, unit_work *w, size_t from, size_t to, double mass,
                           bool plain_times, size_t stride, double *normal, double *length) {
  size_t times = m->panel->n_times, n_times = 0, n_events = 0;
  size_t *touched_times = w->touched, *touched_events = w->touched + times + m->n_events;
  for (size_t i = from; i < to; i++) {
    if (!used(m, i)) continue;
    double weight = weight_of(m, i);
    size_t t = m->panel->time[i];
    if (w->sum[t] == 0) touched_times[n_times++] = t;
    w->sum[t] += weight;
    if (!m->event || m->event[i] < 0) continue;
    size_t e = times + (size_t)m->event[i];
    if (w->sum[e] == 0) touched_events[n_events++] = e;
    w->sum[e] += weight;
    normal[t * stride + e] += weight;
  }
  for (size_t a = 0; a < n_times; a++) {
    size_t t = touched_times[a];
    double share = w->sum[t] / mass, *row = normal + t * stride;
    for (size_t b = 0; b < n_events; b++) row[touched_events[b]] -= share * w->sum[touched_events[b]];
    if (plain_times) continue;
    row[t] += w->sum[t];
    length[t] += w->sum[t];
    for (size_t b = 0; b < n_times; b++)
      if (touched_times[b] >= t) row[touched_times[b]] -= share * w->sum[touched_times[b]];
  }
  for (size_t a = 0; a < n_events; a++) {
    size_t e = touched_events[a];
    double share = w->sum[e] / mass, *row = normal + e * stride;
    row[e] += w->sum[e];
    length[e] += w->sum[e];
    for (size_t b = 0; b < n_events; b++)
      if (touched_events[b] >= e) row[touched_events[b]] -= share * w->sum[touched_events[b]];
  }
  for (size_t a = 0; a < n_times; a++) w->sum[touched_times[a]] = 0;
  for (size_t a = 0; a < n_events; a++) w->sum[touched_events[a]] = 0;
}

/* The time block of `units` units that are there in every time: units x (I - J/T). */
static void add_plain_times(double *normal, size_t stride, size_t times, double units, double *length) {
  for (size_t t = 0; t < times; t++) {
    normal[t * stride + t] += units;
    length[t] += units;
    for (size_t s = t; s < times; s++) normal[t * stride + s] -= units / (double)times;
  }
}

static void mirror(double *matrix, size_t n) {
  for (size_t a = 0; a < n; a++) {
    for (size_t b = 0; b < a; b++) matrix[a * n + b] = matrix[b * n + a];
  }
}

static muster_status accumulate(const muster_fe_model *m, double *by_cluster, muster_fe *fe, unit_work *w,
                                muster_error *err) {
  const muster_panel *p = m->panel;
  size_t stride = fe->m + 1, square = stride * stride, plain = 0;
  uint8_t *seen = muster_alloc(p->n_clusters, sizeof *seen);
  if (!seen) return muster_fail_memory(err);
  for (size_t u = 0; u < p->n_units; u++) {
    size_t from = p->first_row[u], to = p->first_row[u + 1];
    uint32_t cluster = p->cluster[from];
    double *normal = by_cluster ? by_cluster + cluster * square : fe->normal;
    double mass = add_dense(m, w, from, to, stride, normal, fe->length);
    if (!(mass > 0)) continue;
    bool whole = !p->weight && !m->skip && !p->repeated && to - from == p->n_times;
    if (whole && !by_cluster) plain++;
    if (whole && by_cluster) add_plain_times(normal, stride, p->n_times, 1, fe->length);
    if (!whole || m->event) add_indicators(m, w, from, to, mass, whole, stride, normal, fe->length);
    fe->n_units++;
    for (size_t i = from; i < to; i++) fe->n_obs += used(m, i);
    fe->n_clusters += !seen[cluster];
    seen[cluster] = 1;
  }
  muster_free(seen);
  if (plain) add_plain_times(fe->normal, stride, p->n_times, (double)plain, fe->length);
  for (size_t g = 0; by_cluster && g < p->n_clusters; g++) {
    for (size_t a = 0; a < square; a++) fe->normal[a] += by_cluster[g * square + a];
    mirror(by_cluster + g * square, stride);
  }
  mirror(fe->normal, stride);
  return MUSTER_OK;
}

muster_status muster_fe_accumulate(const muster_fe_model *model, double *by_cluster, muster_fe *fe, muster_error *err) {
  muster_numerics_ready();
  *fe = (muster_fe){.model = *model, .m = model->panel->n_times + model->n_events + model->n_dense};
  size_t stride = fe->m + 1;
  fe->normal = muster_alloc(stride * stride, sizeof *fe->normal);
  fe->length = muster_alloc(stride, sizeof *fe->length);
  fe->kept = muster_alloc(fe->m, sizeof *fe->kept);
  fe->theta = muster_alloc(fe->m, sizeof *fe->theta);
  fe->bread = muster_alloc(fe->m * fe->m, sizeof *fe->bread);
  unit_work w = {0};
  muster_status status = fe->normal && fe->length && fe->kept && fe->theta && fe->bread ? work_make(model, &w, err)
                                                                                        : muster_fail_memory(err);
  if (status == MUSTER_OK) status = accumulate(model, by_cluster, fe, &w, err);
  work_free(&w);
  if (status != MUSTER_OK) muster_fe_free(fe);
  return status;
}

/* Which columns the earlier ones do not explain: an elimination in order that stops at none of them. */
static void choose(muster_fe *fe, double *room) {
  size_t m = fe->m, stride = m + 1;
  fe->rank = fe->regressors = 0;
  for (size_t a = 0; a < m; a++) {
    for (size_t b = 0; b < m; b++) room[a * m + b] = fe->normal[a * stride + b];
  }
  for (size_t a = 0; a < m; a++) {
    double own = fe->normal[a * stride + a], pivot = room[a * m + a];
    fe->kept[a] = a > 0 && own > CONSTANT_IN_UNITS * fe->length[a] && own > 0 && pivot > COLLINEAR * own;
    if (!fe->kept[a]) continue;
    fe->rank++;
    if (a >= fe->model.panel->n_times) fe->regressors++;
    for (size_t b = a + 1; b < m; b++) {
      double times = room[a * m + b] / pivot;
      if (times == 0) continue;
      for (size_t c = b; c < m; c++) room[b * m + c] -= times * room[a * m + c];
    }
  }
}

muster_status muster_fe_solve(muster_fe *fe, muster_error *err) {
  size_t m = fe->m, stride = m + 1, r = 0;
  double *block = muster_alloc(m * m, sizeof *block);
  size_t *place = muster_alloc(m, sizeof *place);
  double *scale = muster_alloc(m, sizeof *scale);
  muster_status status = block && place && scale ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    choose(fe, block);
    for (size_t a = 0; a < m; a++) {
      fe->theta[a] = 0;
      if (!fe->kept[a]) continue;
      scale[r] = sqrt(fe->normal[a * stride + a]);
      place[r++] = a;
    }
    memset(fe->bread, 0, m * m * sizeof *fe->bread);
    for (size_t a = 0; a < r; a++) {
      for (size_t b = 0; b < r; b++)
        block[a * r + b] = fe->normal[place[a] * stride + place[b]] / (scale[a] * scale[b]);
    }
  }
  if (status == MUSTER_OK && r) {
    gsl_matrix_view b = gsl_matrix_view_array(block, r, r);
    if (gsl_linalg_cholesky_decomp1(&b.matrix) != 0) {
      status = muster_fail(err, MUSTER_DATA, "the fixed effects regression is too near to collinear");
      muster_error_todo(err, "leave out covariates that others explain");
    } else {
      gsl_linalg_cholesky_invert(&b.matrix);
      for (size_t a = 0; a < r; a++) {
        for (size_t c = 0; c < r; c++) {
          double value = block[a * r + c] / (scale[a] * scale[c]);
          fe->bread[place[a] * m + place[c]] = value;
          fe->theta[place[a]] += value * fe->normal[place[c] * stride + m];
        }
      }
    }
  }
  muster_free(block);
  muster_free(place);
  muster_free(scale);
  return status;
}

/* What the columns predict for a row, without the unit effect. */
static double predict(const muster_fe *fe, const double *theta, size_t i) {
  const muster_fe_model *m = &fe->model;
  size_t times = m->panel->n_times;
  double sum = theta[m->panel->time[i]];
  if (m->event && m->event[i] >= 0) sum += theta[times + (size_t)m->event[i]];
  for (size_t v = 0; v < m->n_dense; v++) sum += theta[times + m->n_events + v] * m->dense[v][i];
  return sum;
}

/* Calls for every row in use with its residual from `theta` (or the prediction itself, centred, with `partial`). */
static void walk(const muster_fe *fe, const double *theta, bool partial, double *out, double *unit_effect) {
  const muster_fe_model *m = &fe->model;
  const muster_panel *p = m->panel;
  for (size_t u = 0; u < p->n_units; u++) {
    double sum = 0, mass = 0;
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
      out[i] = 0;
      if (!used(m, i)) continue;
      out[i] = predict(fe, theta, i);
      if (!partial) out[i] = outcome_of(m, i) - out[i];
      sum += weight_of(m, i) * out[i];
      mass += weight_of(m, i);
    }
    double mean = sum / mass;
    if (unit_effect) unit_effect[u] = mass > 0 ? mean : NAN;
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++)
      if (used(m, i)) out[i] -= mean;
  }
}

void muster_fe_residuals(const muster_fe *fe, double *out) { walk(fe, fe->theta, false, out, NULL); }

muster_status muster_fe_partial(const muster_fe *fe, size_t column, double *out, muster_error *err) {
  double *direction = muster_alloc(fe->m, sizeof *direction);
  if (!direction) return muster_fail_memory(err);
  double own = fe->bread[column * fe->m + column];
  for (size_t a = 0; a < fe->m; a++) direction[a] = fe->bread[column * fe->m + a] / own;
  walk(fe, direction, true, out, NULL);
  muster_free(direction);
  return MUSTER_OK;
}

void muster_fe_cluster_sums(const muster_fe *fe, const double *x, double *sums) {
  const muster_fe_model *m = &fe->model;
  const muster_panel *p = m->panel;
  size_t times = p->n_times, dense_at = times + m->n_events;
  memset(sums, 0, p->n_clusters * fe->m * sizeof *sums);
  for (size_t i = 0; i < p->n_obs; i++) {
    if (!used(m, i)) continue;
    double *sum = sums + p->cluster[i] * fe->m, value = weight_of(m, i) * x[i];
    sum[p->time[i]] += value;
    if (m->event && m->event[i] >= 0) sum[times + (size_t)m->event[i]] += value;
    for (size_t v = 0; v < m->n_dense; v++) sum[dense_at + v] += value * m->dense[v][i];
  }
}

static muster_status scores(muster_fe *fe, muster_error *err) {
  const muster_panel *p = fe->model.panel;
  double *residual = muster_alloc(p->n_obs, sizeof *residual);
  fe->unit_effect = muster_alloc(p->n_units, sizeof *fe->unit_effect);
  fe->score = muster_alloc(p->n_clusters * fe->m, sizeof *fe->score);
  muster_status status = residual && fe->unit_effect && fe->score ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    walk(fe, fe->theta, false, residual, fe->unit_effect);
    muster_fe_cluster_sums(fe, residual, fe->score);
    for (size_t i = 0; i < p->n_obs; i++) fe->rss += weight_of(&fe->model, i) * residual[i] * residual[i];
  }
  muster_free(residual);
  return status;
}

muster_status muster_fe_fit(const muster_fe_model *model, muster_fe *fe, muster_error *err) {
  MUSTER_TRY(muster_fe_accumulate(model, NULL, fe, err));
  muster_status status = muster_fe_solve(fe, err);
  if (status == MUSTER_OK) status = scores(fe, err);
  if (status != MUSTER_OK) muster_fe_free(fe);
  return status;
}

void muster_fe_free(muster_fe *fe) {
  muster_free(fe->normal);
  muster_free(fe->length);
  muster_free(fe->kept);
  muster_free(fe->theta);
  muster_free(fe->bread);
  muster_free(fe->unit_effect);
  muster_free(fe->score);
  *fe = (muster_fe){0};
}
