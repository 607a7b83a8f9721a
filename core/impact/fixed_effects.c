/* Normal equations of two-way fixed effects, one unit after another.
 *
 * With r the row of time indicators, event indicators and dense columns, eliminating the unit effect leaves
 * sum_i (sum_t w r r' - R_i R_i' / W_i), R_i = sum_t w r. Indicators are sparse, so a unit costs the square of what it
 * touches, and units that are observed in every time without weights share one time block. */
#include "fixed_effects.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"

/* A column is left out when this share, or less, of its sum of squares is its own. */
static const double COLLINEAR = 1e-9, CONSTANT_IN_UNITS = 1e-20;

/* The rows of one unit, by column: the panel's own where every row is in use, else copies of those that are. */
typedef struct unit_rows {
  size_t n, room;
  const double *weight;
  const uint32_t *time;
  const int32_t *event; /* NULL without events */
  double *value;        /* [values][room] copies: dense columns, then the outcome */
  double mass;
  double *some_weight, *one; /* [room] */
  uint32_t *some_time;
  int32_t *some_event;
  double *sum;     /* [times + events] weight of each indicator, 0 between units */
  size_t *touched; /* [times], [events] indicators with weight */
} unit_rows;

static void rows_free(unit_rows *r) {
  muster_free(r->value);
  muster_free(r->some_weight);
  muster_free(r->one);
  muster_free(r->some_time);
  muster_free(r->some_event);
  muster_free(r->sum);
  muster_free(r->touched);
}

static muster_status rows_make(const muster_fe_model *m, unit_rows *r, muster_error *err) {
  const muster_panel *p = m->panel;
  size_t indicators = p->n_times + m->n_events, values = m->n_dense + 1;
  *r = (unit_rows){0};
  for (size_t u = 0; u < p->n_units; u++) {
    size_t rows = p->first_row[u + 1] - p->first_row[u];
    r->room = rows > r->room ? rows : r->room;
  }
  r->value = muster_alloc(r->room * values, sizeof *r->value);
  r->some_weight = muster_alloc(r->room, sizeof *r->some_weight);
  r->one = muster_alloc(r->room, sizeof *r->one);
  r->some_time = muster_alloc(r->room, sizeof *r->some_time);
  r->some_event = muster_alloc(r->room, sizeof *r->some_event);
  r->sum = muster_alloc(indicators, sizeof *r->sum);
  r->touched = muster_alloc(indicators, sizeof *r->touched);
  if (!r->value || !r->some_weight || !r->one || !r->some_time || !r->some_event || !r->sum || !r->touched)
    return muster_fail_memory(err);
  for (size_t i = 0; i < r->room; i++) r->one[i] = 1;
  return MUSTER_OK;
}

static const double *source(const muster_fe_model *m, size_t v) {
  return v < m->n_dense ? m->dense[v] : m->y ? m->y : m->panel->y;
}

static void gather_some(const muster_fe_model *m, size_t from, size_t to, unit_rows *r) {
  const muster_panel *p = m->panel;
  r->n = 0;
  for (size_t i = from; i < to; i++) {
    if (m->skip[i]) continue;
    r->some_weight[r->n] = p->weight ? p->weight[i] : 1;
    r->some_time[r->n] = p->time[i];
    r->some_event[r->n] = m->event ? m->event[i] : -1;
    for (size_t v = 0; v <= m->n_dense; v++) r->value[v * r->room + r->n] = source(m, v)[i];
    r->n++;
  }
  r->weight = r->some_weight;
  r->time = r->some_time;
  r->event = m->event ? r->some_event : NULL;
}

static void gather(const muster_fe_model *m, size_t u, unit_rows *r) {
  const muster_panel *p = m->panel;
  size_t from = p->first_row[u], to = p->first_row[u + 1];
  if (m->skip) {
    gather_some(m, from, to, r);
  } else {
    r->n = to - from;
    r->weight = p->weight ? p->weight + from : r->one;
    r->time = p->time + from;
    r->event = m->event ? m->event + from : NULL;
    for (size_t v = 0; v <= m->n_dense; v++)
      memcpy(r->value + v * r->room, source(m, v) + from, r->n * sizeof *r->value);
  }
  r->mass = 0;
  for (size_t i = 0; i < r->n; i++) r->mass += r->weight[i];
}

static double weighted_mean(const unit_rows *r, const double *x) {
  double sum = 0;
  for (size_t i = 0; i < r->n; i++) sum += r->weight[i] * x[i];
  return sum / r->mass;
}

/* Adds the dense and outcome part of a unit: everything centred within it. */
static void add_dense(const muster_fe_model *m, unit_rows *r, size_t stride, double *normal, double *length) {
  size_t values = m->n_dense + 1, times = m->panel->n_times, dense_at = times + m->n_events;
  for (size_t v = 0; v < values; v++) {
    double *x = r->value + v * r->room, mean = weighted_mean(r, x), raw = 0, *at = normal + dense_at + v;
    for (size_t i = 0; i < r->n; i++) raw += r->weight[i] * x[i] * x[i];
    length[dense_at + v] += raw;
    for (size_t i = 0; i < r->n; i++) x[i] -= mean;
    for (size_t i = 0; i < r->n; i++) at[r->time[i] * stride] += r->weight[i] * x[i];
    for (size_t i = 0; r->event && i < r->n; i++)
      if (r->event[i] >= 0) at[(times + (size_t)r->event[i]) * stride] += r->weight[i] * x[i];
    for (size_t b = 0; b <= v; b++) {
      const double *other = r->value + b * r->room;
      double cross = 0;
      for (size_t i = 0; i < r->n; i++) cross += r->weight[i] * x[i] * other[i];
      normal[(dense_at + b) * stride + dense_at + v] += cross;
    }
  }
}

/* Adds the indicator part of a unit. With `plain_times` the block of times by times is left to the caller. */
static void add_indicators(const muster_fe_model *m, unit_rows *r, bool plain_times, size_t stride, double *normal,
                           double *length) {
  size_t times = m->panel->n_times, n_times = 0, n_events = 0;
  size_t *touched_times = r->touched, *touched_events = r->touched + times;
  for (size_t i = 0; i < r->n; i++) { /* times ascend within a unit */
    size_t t = r->time[i];
    if (r->sum[t] == 0) touched_times[n_times++] = t;
    r->sum[t] += r->weight[i];
    if (!r->event || r->event[i] < 0) continue;
    size_t e = times + (size_t)r->event[i];
    if (r->sum[e] == 0) touched_events[n_events++] = e;
    r->sum[e] += r->weight[i];
    normal[t * stride + e] += r->weight[i];
  }
  for (size_t a = 0; a < n_times; a++) {
    size_t t = touched_times[a];
    double share = r->sum[t] / r->mass, *row = normal + t * stride;
    for (size_t b = 0; b < n_events; b++) row[touched_events[b]] -= share * r->sum[touched_events[b]];
    if (plain_times) continue;
    row[t] += r->sum[t];
    length[t] += r->sum[t];
    for (size_t b = a; b < n_times; b++) row[touched_times[b]] -= share * r->sum[touched_times[b]];
  }
  for (size_t a = 0; a < n_events; a++) {
    size_t e = touched_events[a];
    double share = r->sum[e] / r->mass, *row = normal + e * stride;
    row[e] += r->sum[e];
    length[e] += r->sum[e];
    for (size_t b = 0; b < n_events; b++)
      if (touched_events[b] >= e) row[touched_events[b]] -= share * r->sum[touched_events[b]];
  }
  for (size_t a = 0; a < n_times; a++) r->sum[touched_times[a]] = 0;
  for (size_t a = 0; a < n_events; a++) r->sum[touched_events[a]] = 0;
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

static muster_status accumulate(const muster_fe_model *m, double *by_cluster, muster_fe *fe, unit_rows *r,
                                muster_error *err) {
  const muster_panel *p = m->panel;
  size_t stride = fe->m + 1, square = stride * stride;
  size_t matrices = by_cluster ? p->n_clusters : 1;
  size_t *plain = muster_alloc(matrices, sizeof *plain); /* units that share the whole time block of a matrix */
  uint8_t *seen = muster_alloc(p->n_clusters, sizeof *seen);
  if (!plain || !seen) {
    muster_free(plain);
    muster_free(seen);
    return muster_fail_memory(err);
  }
  for (size_t u = 0; u < p->n_units; u++) {
    gather(m, u, r);
    if (!r->n) continue;
    uint32_t cluster = p->cluster[p->first_row[u]];
    double *normal = by_cluster ? by_cluster + cluster * square : fe->normal;
    bool whole = !p->weight && !p->repeated && r->n == p->n_times;
    add_dense(m, r, stride, normal, fe->length);
    plain[by_cluster ? cluster : 0] += whole;
    if (!whole || m->event) add_indicators(m, r, whole, stride, normal, fe->length);
    fe->n_units++;
    fe->n_obs += r->n;
    fe->n_clusters += !seen[cluster];
    seen[cluster] = 1;
  }
  for (size_t g = 0; g < matrices; g++) {
    double *normal = by_cluster ? by_cluster + g * square : fe->normal;
    if (plain[g]) add_plain_times(normal, stride, p->n_times, (double)plain[g], fe->length);
    if (!by_cluster) continue;
    for (size_t a = 0; a < square; a++) fe->normal[a] += normal[a];
    mirror(normal, stride);
  }
  muster_free(plain);
  muster_free(seen);
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
  unit_rows rows = {0};
  muster_status status = fe->normal && fe->length && fe->kept && fe->theta && fe->bread ? rows_make(model, &rows, err)
                                                                                        : muster_fail_memory(err);
  if (status == MUSTER_OK) status = accumulate(model, by_cluster, fe, &rows, err);
  rows_free(&rows);
  if (status != MUSTER_OK) muster_fe_free(fe);
  return status;
}

/* --- solving --- */

/* Which columns the earlier ones do not explain: an elimination in order that stops at none of them. What is left in
 * the upper triangle of `room` [m][m + 1] is the triangular system of the kept columns, its right side last. */
static void choose(muster_fe *fe, double *room) {
  size_t m = fe->m, stride = m + 1;
  fe->rank = fe->regressors = 0;
  for (size_t a = 0; a < m; a++)
    memcpy(room + a * stride + a, fe->normal + a * stride + a, (stride - a) * sizeof *room);
  for (size_t a = 0; a < m; a++) {
    double own = fe->normal[a * stride + a], pivot = room[a * stride + a];
    fe->kept[a] = a > 0 && own > CONSTANT_IN_UNITS * fe->length[a] && own > 0 && pivot > COLLINEAR * own;
    if (!fe->kept[a]) continue;
    fe->rank++;
    if (a >= fe->model.panel->n_times) fe->regressors++;
    const double *from = room + a * stride;
    for (size_t b = a + 1; b < m; b++) {
      double times = from[b] / pivot, *to = room + b * stride;
      if (times == 0) continue;
      for (size_t c = b; c < stride; c++) to[c] -= times * from[c];
    }
  }
}

/* Picks columns and leaves the Cholesky factor of their scaled cross products in `block` [rank][rank]. */
static muster_status decompose(muster_fe *fe, double *block, size_t *place, double *scale, muster_error *err) {
  size_t m = fe->m, stride = m + 1, r = 0;
  choose(fe, block);
  for (size_t a = 0; a < m; a++) {
    fe->theta[a] = 0;
    if (!fe->kept[a]) continue;
    scale[r] = sqrt(fe->normal[a * stride + a]);
    place[r++] = a;
  }
  for (size_t a = 0; a < r; a++) {
    for (size_t b = 0; b < r; b++) block[a * r + b] = fe->normal[place[a] * stride + place[b]] / (scale[a] * scale[b]);
  }
  if (!r) return MUSTER_OK;
  gsl_matrix_view b = gsl_matrix_view_array(block, r, r);
  if (gsl_linalg_cholesky_decomp1(&b.matrix) == 0) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "the fixed effects regression is too near to collinear");
  muster_error_todo(err, "leave out covariates that others explain");
  return MUSTER_DATA;
}

static void fill_bread(muster_fe *fe, double *block, const size_t *place, const double *scale) {
  size_t m = fe->m, r = fe->rank;
  memset(fe->bread, 0, m * m * sizeof *fe->bread);
  if (!r) return;
  gsl_matrix_view b = gsl_matrix_view_array(block, r, r);
  gsl_linalg_cholesky_invert(&b.matrix);
  for (size_t a = 0; a < r; a++) {
    for (size_t c = 0; c < r; c++) {
      double value = block[a * r + c] / (scale[a] * scale[c]);
      fe->bread[place[a] * m + place[c]] = value;
      fe->theta[place[a]] += value * fe->normal[place[c] * (m + 1) + m];
    }
  }
}

muster_status muster_fe_solve(muster_fe *fe, muster_error *err) {
  size_t m = fe->m;
  double *block = muster_alloc(m * (m + 1), sizeof *block), *scale = muster_alloc(m, sizeof *scale);
  size_t *place = muster_alloc(m, sizeof *place);
  muster_status status = block && scale && place ? decompose(fe, block, place, scale, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) fill_bread(fe, block, place, scale);
  muster_free(block);
  muster_free(scale);
  muster_free(place);
  return status;
}

void muster_fe_solve_theta(muster_fe *fe, double *room) {
  size_t m = fe->m, stride = m + 1;
  choose(fe, room);
  for (size_t a = m; a-- > 0;) {
    const double *row = room + a * stride;
    double right = row[m];
    fe->theta[a] = 0;
    if (!fe->kept[a]) continue;
    for (size_t b = a + 1; b < m; b++) right -= row[b] * fe->theta[b]; /* 0 where it was not kept */
    fe->theta[a] = right / row[a];
  }
}

/* --- the second walk over the rows --- */

/* What a walk leaves behind; NULL for what is not wanted. */
typedef struct trail {
  double *unit_effect; /* [n_units] */
  double *value;       /* [n_obs] 0 in rows that are left out */
  double *sums;        /* [n_clusters][m] of w r value */
  double squares;      /* of w value^2 */
} trail;

/* value = outcome less its prediction from `theta`; with `partial` the columns' own combination. */
static void one_unit(const muster_fe *fe, const double *theta, bool partial, const unit_rows *r, double *value) {
  const muster_fe_model *m = &fe->model;
  size_t times = m->panel->n_times, dense_at = times + m->n_events;
  double sign = partial ? 1 : -1;
  for (size_t i = 0; i < r->n; i++) value[i] = partial ? 0 : r->value[m->n_dense * r->room + i];
  for (size_t v = 0; v < m->n_dense; v++) {
    const double *x = r->value + v * r->room;
    double slope = sign * theta[dense_at + v];
    for (size_t i = 0; i < r->n; i++) value[i] += slope * x[i];
  }
  for (size_t i = 0; i < r->n; i++) value[i] += sign * theta[r->time[i]];
  for (size_t i = 0; r->event && i < r->n; i++)
    if (r->event[i] >= 0) value[i] += sign * theta[times + (size_t)r->event[i]];
}

static void add_sums(const muster_fe *fe, const unit_rows *r, const double *value, double *sum) {
  const muster_fe_model *m = &fe->model;
  size_t times = m->panel->n_times, dense_at = times + m->n_events;
  for (size_t i = 0; i < r->n; i++) sum[r->time[i]] += r->weight[i] * value[i];
  for (size_t i = 0; r->event && i < r->n; i++)
    if (r->event[i] >= 0) sum[times + (size_t)r->event[i]] += r->weight[i] * value[i];
  for (size_t v = 0; v < m->n_dense; v++) {
    const double *x = r->value + v * r->room;
    double total = 0;
    for (size_t i = 0; i < r->n; i++) total += r->weight[i] * value[i] * x[i];
    sum[dense_at + v] += total;
  }
}

static muster_status walk(const muster_fe *fe, const double *theta, bool partial, trail *t, muster_error *err) {
  const muster_fe_model *m = &fe->model;
  const muster_panel *p = m->panel;
  unit_rows r;
  muster_status status = rows_make(m, &r, err);
  double *value = status == MUSTER_OK ? muster_alloc(r.room, sizeof *value) : NULL;
  if (status == MUSTER_OK && !value) status = muster_fail_memory(err);
  for (size_t u = 0; status == MUSTER_OK && u < p->n_units; u++) {
    gather(m, u, &r);
    one_unit(fe, theta, partial, &r, value);
    double mean = r.n ? weighted_mean(&r, value) : NAN;
    if (t->unit_effect) t->unit_effect[u] = mean;
    for (size_t i = 0; i < r.n; i++) value[i] -= mean;
    for (size_t i = 0; i < r.n; i++) t->squares += r.weight[i] * value[i] * value[i];
    if (t->sums && r.n) add_sums(fe, &r, value, t->sums + p->cluster[p->first_row[u]] * fe->m);
    for (size_t i = p->first_row[u], at = 0; t->value && i < p->first_row[u + 1]; i++)
      t->value[i] = m->skip && m->skip[i] ? 0 : value[at++];
  }
  rows_free(&r);
  muster_free(value);
  return status;
}

muster_status muster_fe_partial(const muster_fe *fe, size_t column, double *out, double *sums, muster_error *err) {
  double *direction = muster_alloc(fe->m, sizeof *direction);
  if (!direction) return muster_fail_memory(err);
  double own = fe->bread[column * fe->m + column];
  for (size_t a = 0; a < fe->m; a++) direction[a] = fe->bread[column * fe->m + a] / own;
  trail t = {.value = out, .sums = sums};
  muster_status status = walk(fe, direction, true, &t, err);
  muster_free(direction);
  return status;
}

static muster_status scores(muster_fe *fe, muster_error *err) {
  const muster_panel *p = fe->model.panel;
  fe->unit_effect = muster_alloc(p->n_units, sizeof *fe->unit_effect);
  fe->score = muster_alloc(p->n_clusters * fe->m, sizeof *fe->score);
  if (!fe->unit_effect || !fe->score) return muster_fail_memory(err);
  trail t = {.unit_effect = fe->unit_effect, .sums = fe->score};
  MUSTER_TRY(walk(fe, fe->theta, false, &t, err));
  fe->rss = t.squares;
  return MUSTER_OK;
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
