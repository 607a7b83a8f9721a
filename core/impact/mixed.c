/* Random intercept by restricted maximum likelihood. Each cluster's covariance has two eigenvalues, `within` and
 * s = within + n between (on the cluster mean), so all sums split into a within part that never changes and one term a
 * cluster. The likelihood is profiled to one ratio and its slope is brought to zero. */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/rct.h"

void muster_mixed_free(muster_mixed *fit) {
  muster_free(fit->beta);
  muster_free(fit->std_error);
  muster_free(fit->df);
  *fit = (muster_mixed){.k = 0};
}

typedef struct mixed_work {
  size_t k, clusters;
  double n;            /* rows */
  double *size;        /* [clusters] */
  double *mean;        /* [clusters][k] sqrt(n) times the cluster means of the columns */
  double *y_mean;      /* [clusters] the same of the outcome, a residual of least squares */
  double *xx, *xy, yy; /* within-cluster sums of squares and products */
  double *m, *inverse; /* [k][k] X'V^-1X and its inverse, V in units of `within` */
  double *beta;        /* [k] */
  double rss;          /* e'V^-1e */
  double rounding;     /* sums of squares below are rounding of the outcome */
} mixed_work;

/** Everything at the ratio between/within. @return false when the columns depend on each other */
static bool solve_at(mixed_work *w, double ratio, double *criterion, double *slope) {
  size_t k = w->k;
  memcpy(w->m, w->xx, k * k * sizeof *w->m);
  memcpy(w->beta, w->xy, k * sizeof *w->beta);
  double logs = 0;
  for (size_t g = 0; g < w->clusters; g++) {
    double share = 1 / (1 + w->size[g] * ratio);
    const double *u = w->mean + g * k;
    logs -= log(share);
    for (size_t a = 0; a < k; a++) {
      w->beta[a] += share * u[a] * w->y_mean[g];
      for (size_t b = 0; b < k; b++) w->m[a * k + b] += share * u[a] * u[b];
    }
  }
  memcpy(w->inverse, w->m, k * k * sizeof *w->m);
  gsl_matrix_view inverse = gsl_matrix_view_array(w->inverse, k, k);
  gsl_vector_view beta = gsl_vector_view_array(w->beta, k);
  if (gsl_linalg_cholesky_decomp1(&inverse.matrix)) return false;
  double determinant = 0;
  for (size_t a = 0; a < k; a++) determinant += 2 * log(w->inverse[a * k + a]);
  gsl_linalg_cholesky_svx(&inverse.matrix, &beta.vector);
  gsl_linalg_cholesky_invert(&inverse.matrix);

  w->rss = w->yy;
  for (size_t a = 0; a < k; a++) {
    w->rss -= 2 * w->beta[a] * w->xy[a];
    for (size_t b = 0; b < k; b++) w->rss += w->beta[a] * w->xx[a * k + b] * w->beta[b];
  }
  double pull = 0, traces = 0, levels = 0;
  for (size_t g = 0; g < w->clusters; g++) {
    double share = 1 / (1 + w->size[g] * ratio), r = w->y_mean[g], lever = 0;
    const double *u = w->mean + g * k;
    for (size_t a = 0; a < k; a++) {
      r -= u[a] * w->beta[a];
      for (size_t b = 0; b < k; b++) lever += u[a] * w->inverse[a * k + b] * u[b];
    }
    w->rss += share * r * r;
    pull += w->size[g] * share * share * r * r;
    traces += w->size[g] * share * share * lever;
    levels += w->size[g] * share;
  }
  double df = w->n - (double)k;
  *criterion = df * log(w->rss / df) + logs + determinant;
  *slope = levels - traces - df * pull / w->rss;
  return true;
}

static const double MOST_RATIO = 1e5; /* of the grid: within clusters hardly anything varies */

/** The ratio with the least criterion: a grid to find the valley, then bisection on the slope. */
static bool minimise(mixed_work *w, double *ratio) {
  enum { GRID = 61 }; /* to MOST_RATIO */
  double best, slope, low = 0, high = 0;
  if (!solve_at(w, 0, &best, &slope)) return false;
  *ratio = 0;
  for (int i = 0; i < GRID; i++) {
    double at = pow(10, -7 + 0.2 * i), value;
    if (!solve_at(w, at, &value, &slope)) return false;
    if (value >= best) continue;
    best = value;
    *ratio = at;
  }
  low = *ratio > 0 ? *ratio / pow(10, 0.2) : 0;
  high = *ratio > 0 ? *ratio * pow(10, 0.2) : 1e-7;
  double value;
  if (!solve_at(w, low, &value, &slope)) return false;
  if (low == 0 && slope >= 0) return true; /* no variance between clusters */
  if (*ratio == 1e-7 && slope >= 0) low = 0;
  for (int i = 0; i < 200 && high - low > 1e-15 * high; i++) {
    *ratio = low + (high - low) / 2;
    if (!solve_at(w, *ratio, &value, &slope)) return false;
    if (slope < 0)
      low = *ratio;
    else
      high = *ratio;
  }
  return true;
}

/** Sums over clusters of n^power / s^level with weight u_a u_b, u_a r, r^2 and 1; the within part where power is 0. */
typedef struct curvature {
  double *a[2];    /* [k][k] X'V^-1 Vi V^-1 X */
  double *b[3];    /* [k][k] X'V^-1 Vi V^-1 Vj V^-1 X for (0,0), (0,1), (1,1) */
  double *d[2];    /* [k] X'V^-1 Vi V^-1 e */
  double trace[3]; /* tr V^-1 Vi V^-1 Vj */
  double e[3];     /* e'V^-1 Vi V^-1 Vj V^-1 e */
} curvature;

static void accumulate(const mixed_work *w, double within, double between, double *residual_xy, double residual_yy,
                       curvature *c) {
  size_t k = w->k;
  double inner = 1 / within;
  for (size_t a = 0; a < k * k; a++) {
    c->a[0][a] = w->xx[a] * inner * inner;
    c->b[0][a] = w->xx[a] * inner * inner * inner;
  }
  for (size_t a = 0; a < k; a++) c->d[0][a] = residual_xy[a] * inner * inner;
  c->trace[0] = (w->n - (double)w->clusters) * inner * inner;
  c->e[0] = residual_yy * inner * inner * inner;
  for (size_t g = 0; g < w->clusters; g++) {
    const double *u = w->mean + g * k;
    double n = w->size[g], s = 1 / (within + n * between), r = w->y_mean[g];
    for (size_t a = 0; a < k; a++) r -= u[a] * w->beta[a];
    const double powers[3] = {1, n, n * n};
    for (int i = 0; i < 3; i++) {
      c->trace[i] += powers[i] * s * s;
      c->e[i] += powers[i] * s * s * s * r * r;
    }
    for (size_t a = 0; a < k; a++) {
      c->d[0][a] += s * s * u[a] * r;
      c->d[1][a] += n * s * s * u[a] * r;
      for (size_t b = 0; b < k; b++) {
        double uu = u[a] * u[b];
        c->a[0][a * k + b] += s * s * uu;
        c->a[1][a * k + b] += n * s * s * uu;
        for (int i = 0; i < 3; i++) c->b[i][a * k + b] += powers[i] * s * s * s * uu;
      }
    }
  }
}

static double trace_of(const double *p, const double *q, size_t k) {
  double sum = 0;
  for (size_t a = 0; a < k; a++)
    for (size_t b = 0; b < k; b++) sum += p[a * k + b] * q[b * k + a];
  return sum;
}

static void multiply(const double *p, const double *q, double *out, size_t k) {
  for (size_t a = 0; a < k; a++)
    for (size_t b = 0; b < k; b++) {
      double sum = 0;
      for (size_t c = 0; c < k; c++) sum += p[a * k + c] * q[c * k + b];
      out[a * k + b] = sum;
    }
}

static double quadratic(const double *p, const double *x, const double *y, size_t k) {
  double sum = 0;
  for (size_t a = 0; a < k; a++)
    for (size_t b = 0; b < k; b++) sum += x[a] * p[a * k + b] * y[b];
  return sum;
}

/** Satterthwaite: 2 v^2 / var(v), the variance of v = C_jj by the delta method from the observed information of the two
 * variances. C is the covariance of the coefficients. */
static void satterthwaite(const mixed_work *w, double within, double between, double *room, const double *covariance,
                          muster_mixed *out) {
  size_t k = w->k, kk = k * k;
  curvature c = {.a = {room, room + kk}, .b = {room + 2 * kk, room + 3 * kk, room + 4 * kk}};
  double *ca[2] = {room + 5 * kk, room + 6 * kk}, *step[2] = {room + 7 * kk, room + 8 * kk}, *xy = room + 9 * kk;
  c.d[0] = xy + k;
  c.d[1] = xy + 2 * k;
  double yy = w->yy;
  for (size_t a = 0; a < k; a++) {
    xy[a] = w->xy[a];
    yy -= 2 * w->beta[a] * w->xy[a];
    for (size_t b = 0; b < k; b++) {
      xy[a] -= w->xx[a * k + b] * w->beta[b];
      yy += w->beta[a] * w->xx[a * k + b] * w->beta[b];
    }
  }
  accumulate(w, within, between, xy, yy, &c);
  for (int i = 0; i < 2; i++) {
    multiply(covariance, c.a[i], ca[i], k);
    multiply(ca[i], covariance, step[i], k);
  }
  double h[3];
  for (int p = 0; p < 3; p++) {
    int i = p == 2, j = p > 0;
    double trace = c.trace[p] - 2 * trace_of(covariance, c.b[p], k) + trace_of(ca[i], ca[j], k);
    h[p] = -trace + 2 * (c.e[p] - quadratic(covariance, c.d[i], c.d[j], k));
  }
  double determinant = h[0] * h[2] - h[1] * h[1];
  for (size_t a = 0; a < k; a++) {
    double first = step[0][a * k + a], second = step[1][a * k + a], v = covariance[a * k + a];
    double spread = 2 * (h[2] * first * first - 2 * h[1] * first * second + h[0] * second * second) / determinant;
    out->df[a] = between > 0 && spread > 0 ? 2 * v * v / spread : w->n - (double)k;
  }
}

static muster_status fill(const muster_design *d, const uint32_t *cluster, const double *y, mixed_work *w, double *sums,
                          muster_error *err) {
  size_t k = w->k;
  for (size_t i = 0; i < d->n; i++) {
    if (cluster[i] >= w->clusters)
      return muster_fail(err, MUSTER_DATA, "row %zu is in cluster %u of %zu", i + 1, cluster[i], w->clusters);
    w->size[cluster[i]]++;
    w->y_mean[cluster[i]] += y[i];
    for (size_t j = 0; j < k; j++) w->mean[cluster[i] * k + j] += d->x[j][i];
  }
  for (size_t g = 0; g < w->clusters; g++) {
    if (w->size[g] == 0) return muster_fail(err, MUSTER_DATA, "cluster %zu has no rows", g);
    for (size_t j = 0; j < k; j++) w->mean[g * k + j] /= w->size[g];
    w->y_mean[g] /= w->size[g];
  }
  for (size_t i = 0; i < d->n; i++) {
    const double *mean = w->mean + cluster[i] * k;
    w->rounding += 1e-24 * d->y[i] * d->y[i];
    double e = y[i] - w->y_mean[cluster[i]];
    w->yy += e * e;
    for (size_t a = 0; a < k; a++) sums[a] = d->x[a][i] - mean[a];
    for (size_t a = 0; a < k; a++) {
      w->xy[a] += sums[a] * e;
      for (size_t b = 0; b < k; b++) w->xx[a * k + b] += sums[a] * sums[b];
    }
  }
  for (size_t g = 0; g < w->clusters; g++) {
    double root = sqrt(w->size[g]);
    w->y_mean[g] *= root;
    for (size_t j = 0; j < k; j++) w->mean[g * k + j] *= root;
  }
  return MUSTER_OK;
}

static muster_status finish(mixed_work *w, const muster_fit *ols, double *room, double *covariance, muster_mixed *out,
                            muster_error *err) {
  double ratio = 0, slope;
  if (!minimise(w, &ratio) || !solve_at(w, ratio, &out->deviance, &slope)) {
    muster_fail(err, MUSTER_DATA, "the covariates of the trial depend on each other");
    muster_error_todo(err, "drop one of them");
    return MUSTER_DATA;
  }
  if (ratio > MOST_RATIO ||
      w->rss <= w->rounding) { /* the criterion falls on and on: there is no greatest likelihood */
    muster_fail(err, MUSTER_DATA, "the outcome does not vary within clusters, or not beyond what the columns explain");
    muster_error_todo(err, "analyse one row for each cluster");
    return MUSTER_DATA;
  }
  double df = w->n - (double)w->k;
  out->within = w->rss / df;
  out->between = ratio * out->within;
  out->icc = ratio / (1 + ratio);
  out->deviance += df * (1 + log(8 * atan(1)));
  for (size_t a = 0; a < w->k * w->k; a++) covariance[a] = w->inverse[a] * out->within;
  for (size_t a = 0; a < w->k; a++) {
    out->beta[a] = ols->beta[a] + w->beta[a];
    out->std_error[a] = sqrt(covariance[a * w->k + a]);
  }
  satterthwaite(w, out->within, out->between, room, covariance, out);
  return MUSTER_OK;
}

muster_status muster_mixed_fit(const muster_design *design, const uint32_t *cluster, size_t n_clusters,
                               muster_mixed *out, muster_error *err) {
  muster_numerics_ready();
  size_t k = design->k, kk = k * k;
  if (n_clusters < 2 || design->n <= n_clusters || design->n <= k) {
    muster_fail(err, MUSTER_DATA, "%zu pupils in %zu clusters for a random intercept", design->n, n_clusters);
    muster_error_expected(err, "at least two clusters and more pupils than clusters");
    return MUSTER_DATA;
  }
  muster_fit ols = {.rank = 0};
  MUSTER_TRY(muster_least_squares(design, &ols, err));
  mixed_work w = {.k = k, .clusters = n_clusters, .n = (double)design->n};
  *out = (muster_mixed){.k = k, .n = design->n, .n_clusters = n_clusters};
  muster_status status = MUSTER_MEMORY;
  double *room = muster_alloc(n_clusters * (k + 2) + 13 * kk + 6 * k, sizeof *room);
  out->beta = muster_alloc(k, sizeof *out->beta);
  out->std_error = muster_alloc(k, sizeof *out->std_error);
  out->df = muster_alloc(k, sizeof *out->df);
  if (room && out->beta && out->std_error && out->df) {
    double *next = room;
    w.size = next;
    w.y_mean = next += n_clusters;
    w.mean = next += n_clusters;
    w.xx = next += n_clusters * k;
    w.m = next += kk;
    w.inverse = next += kk;
    double *covariance = next += kk;
    w.xy = next += kk;
    w.beta = next += k;
    double *sums = next += k;
    next += k;
    status = ols.rank < k ? muster_fail(err, MUSTER_DATA, "the covariates of the trial depend on each other")
                          : fill(design, cluster, ols.residual, &w, sums, err);
    if (status == MUSTER_OK) status = finish(&w, &ols, next, covariance, out, err);
  }
  muster_free(room);
  muster_fit_free(&ols);
  if (status != MUSTER_OK) muster_mixed_free(out);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
