/* The bias-reduced cluster covariance CR2 with an identity working model, and its Satterthwaite and HTZ degrees of
 * freedom. Without weights I - H is a projection, and everything about a cluster follows from Z_g'Z_g and Z_g'e_g, so
 * that clusters may have any number of rows. With weights the block of (I - H)(I - H)' is decomposed as it stands. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "covariance.h"
#include "muster/impact/distribution.h"

enum { MOST_ROWS_DENSE = 4000 };
static const double ZERO_EIGENVALUE = 1e-10;

/* One cluster's rows, and room to work in. */
typedef struct bench {
  size_t size, rank;
  double *a, *b, *c, *d, *vector; /* size x size */
  double *value;                  /* size */
  gsl_eigen_symmv_workspace *eigen;
} bench;

static void bench_free(bench *w) {
  muster_free(w->a);
  muster_free(w->b);
  muster_free(w->c);
  muster_free(w->d);
  muster_free(w->vector);
  muster_free(w->value);
  if (w->eigen) gsl_eigen_symmv_free(w->eigen);
}

static muster_status bench_make(bench *w, size_t size, muster_error *err) {
  w->size = size;
  w->a = muster_alloc(size * size, sizeof *w->a);
  w->b = muster_alloc(size * size, sizeof *w->b);
  w->c = muster_alloc(size * size, sizeof *w->c);
  w->d = muster_alloc(size * size, sizeof *w->d);
  w->vector = muster_alloc(size * size, sizeof *w->vector);
  w->value = muster_alloc(size, sizeof *w->value);
  bool fine = w->a && w->b && w->c && w->d && w->vector && w->value;
  w->eigen = fine ? gsl_eigen_symmv_alloc(size) : NULL;
  return w->eigen ? MUSTER_OK : muster_fail_memory(err);
}

/* out (rows x cols) = x y or x y'; plain row-major arrays. */
static void times(const double *x, const double *y, double *out, size_t rows, size_t inner, size_t cols,
                  CBLAS_TRANSPOSE_t transpose) {
  gsl_matrix_const_view a = gsl_matrix_const_view_array(x, rows, inner);
  gsl_matrix_const_view b = transpose == CblasTrans ? gsl_matrix_const_view_array(y, cols, inner)
                                                    : gsl_matrix_const_view_array(y, inner, cols);
  gsl_matrix_view o = gsl_matrix_view_array(out, rows, cols);
  gsl_blas_dgemm(CblasNoTrans, transpose, 1, &a.matrix, &b.matrix, 0, &o.matrix);
}

/* Eigenvalues into w->value, vectors into the columns of w->vector; destroys `matrix`. */
static void decompose(bench *w, double *matrix, size_t n) {
  gsl_matrix_view m = gsl_matrix_view_array(matrix, n, n), v = gsl_matrix_view_array(w->vector, n, n);
  gsl_vector_view value = gsl_vector_view_array(w->value, n);
  gsl_eigen_symmv(&m.matrix, &value.vector, &v.matrix, w->eigen);
}

/* Rows listed cluster by cluster. */
static muster_status group_rows(const uint32_t *cluster, size_t clusters, size_t n, size_t **first, size_t **rows,
                                muster_error *err) {
  *first = muster_alloc(clusters + 2, sizeof **first);
  *rows = muster_alloc(n, sizeof **rows);
  if (!*first || !*rows) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) (*first)[cluster[i] + 2]++;
  for (size_t g = 0; g < clusters; g++) (*first)[g + 2] += (*first)[g + 1];
  for (size_t i = 0; i < n; i++) (*rows)[(*first)[cluster[i] + 1]++] = i;
  return MUSTER_OK;
}

/* --- without weights --- */

/* Z_g'Z_g into w->a and Z_g'e_g into `score`. */
static void cluster_moments(const muster_fit *fit, const size_t *rows, size_t count, double *zz, double *score) {
  size_t r = fit->rank, n = fit->design.n;
  memset(zz, 0, r * r * sizeof *zz);
  for (size_t a = 0; a < r; a++) {
    const double *za = fit->z + a * n;
    score[a] = 0;
    for (size_t i = 0; i < count; i++) score[a] += za[rows[i]] * fit->residual[rows[i]];
    for (size_t b = a; b < r; b++) {
      const double *zb = fit->z + b * n;
      double sum = 0;
      for (size_t i = 0; i < count; i++) sum += za[rows[i]] * zb[rows[i]];
      zz[a * r + b] = zz[b * r + a] = sum;
    }
  }
}

/* A function of I - H on the cluster's block, seen through Z: Z_g' f(I - H_gg) Z_g = zz + zz C zz with
 * C = L V diag(ratio) V' L'. ratio = (f(1 - lambda) - 1) / lambda. */
static void through(bench *w, const double *lv, const double *zz, const double *ratio, double *c, double *out) {
  size_t r = w->rank;
  for (size_t a = 0; a < r; a++) {
    for (size_t b = 0; b < r; b++) w->d[a * r + b] = lv[a * r + b] * ratio[b];
  }
  times(w->d, lv, c, r, r, r, CblasTrans);
  times(zz, c, w->d, r, r, r, CblasNoTrans);
  times(w->d, zz, out, r, r, r, CblasNoTrans);
  for (size_t a = 0; a < r * r; a++) out[a] += zz[a];
}

typedef struct projection {
  double *l, *zz, *lv, *c, *adjusted, *squared, *ratio; /* rank x rank; ratio: rank */
} projection;

static void one_cluster(const muster_fit *fit, bench *w, projection *p, const size_t *rows, size_t count,
                        const size_t *which, muster_cr2 *out, size_t g) {
  size_t r = fit->rank, q = out->contrasts;
  double *score = out->score + g * r;
  cluster_moments(fit, rows, count, p->zz, score);
  times(p->zz, p->l, w->a, r, r, r, CblasNoTrans); /* L' zz L */
  gsl_matrix_view l = gsl_matrix_view_array(p->l, r, r), zl = gsl_matrix_view_array(w->a, r, r),
                  inner = gsl_matrix_view_array(w->b, r, r);
  gsl_blas_dgemm(CblasTrans, CblasNoTrans, 1, &l.matrix, &zl.matrix, 0, &inner.matrix);
  decompose(w, w->b, r);
  times(p->l, w->vector, p->lv, r, r, r, CblasNoTrans);
  for (size_t a = 0; a < r; a++) {
    double lambda = w->value[a], left = 1 - lambda;
    p->ratio[a] = left > ZERO_EIGENVALUE ? 1 / left : -1 / lambda; /* f = 1/x */
  }
  through(w, p->lv, p->zz, p->ratio, p->c, p->squared);
  for (size_t a = 0; a < r; a++) {
    double lambda = w->value[a], root = sqrt(fmax(1 - lambda, 0));
    p->ratio[a] = 1 - lambda > ZERO_EIGENVALUE ? 1 / (root * (1 + root)) : -1 / lambda; /* f = 1/sqrt(x) */
  }
  through(w, p->lv, p->zz, p->ratio, p->c, p->adjusted);
  times(p->zz, p->c, w->a, r, r, r, CblasNoTrans);
  for (size_t a = 0; a < r; a++) {
    double sum = 0;
    for (size_t b = 0; b < r; b++) sum += w->a[a * r + b] * score[b];
    w->value[a] = sum;
  }
  for (size_t a = 0; a < r; a++) score[a] += w->value[a];
  for (size_t s = 0; s < q; s++) { /* y = L' (Z_g'A_g Z_g) S c */
    const double *sc = fit->bread + which[s] * r;
    double *y = out->y + (g * q + s) * r;
    for (size_t a = 0; a < r; a++) {
      double sum = 0;
      for (size_t b = 0; b < r; b++) sum += p->adjusted[a * r + b] * sc[b];
      w->value[a] = sum;
    }
    for (size_t a = 0; a < r; a++) {
      y[a] = 0;
      for (size_t b = a; b < r; b++) y[a] += p->l[b * r + a] * w->value[b];
    }
    for (size_t t = 0; t < q; t++) {
      const double *tc = fit->bread + which[t] * r;
      double sum = 0;
      for (size_t a = 0; a < r; a++) {
        for (size_t b = 0; b < r; b++) sum += sc[a] * p->squared[a * r + b] * tc[b];
      }
      out->d[(g * q + s) * q + t] = sum;
    }
  }
}

static muster_status by_projection(const muster_fit *fit, const size_t *first, const size_t *rows, const size_t *which,
                                   muster_cr2 *out, muster_error *err) {
  size_t r = fit->rank, square = r * r;
  bench w = {.rank = r};
  double *room = muster_alloc(6 * square + r, sizeof *room);
  muster_status status = room ? bench_make(&w, r, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    projection p = {room,
                    room + square,
                    room + 2 * square,
                    room + 3 * square,
                    room + 4 * square,
                    room + 5 * square,
                    room + 6 * square};
    memcpy(p.l, fit->bread, square * sizeof *p.l);
    gsl_matrix_view l = gsl_matrix_view_array(p.l, r, r);
    if (gsl_linalg_cholesky_decomp1(&l.matrix) != 0) {
      status = muster_fail(err, MUSTER_DATA, "the regression is too near to collinear for CR2");
    } else {
      for (size_t a = 0; a < r; a++) {
        for (size_t b = a + 1; b < r; b++) p.l[a * r + b] = 0;
        out->k[a * r + a] = -1;
      }
      for (size_t g = 0; g < out->clusters; g++)
        one_cluster(fit, &w, &p, rows + first[g], first[g + 1] - first[g], which, out, g);
    }
  }
  bench_free(&w);
  muster_free(room);
  return status;
}

/* --- with weights --- */

/* What the weighted hat matrix needs: Q = Z'W^2 Z, and for each absorbed level its mass and sum of w^2 z. */
typedef struct weighted {
  double *mass, *square, *zsum; /* [levels], [levels], [levels][rank] */
  double *s, *sqs;              /* S and S Q S, rank x rank */
  double *left, *right;         /* [rows][rank] */
} weighted;

static void weighted_free(weighted *h) {
  muster_free(h->mass);
  muster_free(h->square);
  muster_free(h->zsum);
  muster_free(h->sqs);
  muster_free(h->left);
  muster_free(h->right);
}

static muster_status weighted_make(const muster_fit *fit, size_t most, weighted *h, muster_error *err) {
  const muster_design *d = &fit->design;
  size_t r = fit->rank, n = d->n;
  h->mass = muster_alloc(d->n_absorb, sizeof *h->mass);
  h->square = muster_alloc(d->n_absorb, sizeof *h->square);
  h->zsum = muster_alloc(d->n_absorb * r, sizeof *h->zsum);
  h->sqs = muster_alloc(r * r, sizeof *h->sqs);
  h->left = muster_alloc(most * r, sizeof *h->left);
  h->right = muster_alloc(most * r, sizeof *h->right);
  double *q = muster_alloc(r * r, sizeof *q), *half = muster_alloc(r * r, sizeof *half);
  bool fine = h->mass && h->square && h->zsum && h->sqs && h->left && h->right && q && half;
  if (fine) {
    h->s = fit->bread;
    for (size_t i = 0; i < n; i++) {
      double w = d->weight[i];
      for (size_t a = 0; a < r; a++) {
        double za = w * w * fit->z[a * n + i];
        for (size_t b = 0; b < r; b++) q[a * r + b] += za * fit->z[b * n + i];
        if (d->absorb) h->zsum[d->absorb[i] * r + a] += za;
      }
      if (!d->absorb) continue;
      h->mass[d->absorb[i]] += w;
      h->square[d->absorb[i]] += w * w;
    }
    times(fit->bread, q, half, r, r, r, CblasNoTrans);
    times(half, fit->bread, h->sqs, r, r, r, CblasNoTrans);
  }
  muster_free(q);
  muster_free(half);
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* The cluster's block of (I - H)(I - H)' with H = P_absorb + Z S Z'W, into w->a. */
static void weighted_block(const muster_fit *fit, bench *w, weighted *h, const size_t *rows, size_t count) {
  const muster_design *d = &fit->design;
  size_t r = fit->rank, n = d->n;
  for (size_t i = 0; i < count; i++) {
    for (size_t a = 0; a < r; a++) {
      double s = 0, sqs = 0;
      for (size_t b = 0; b < r; b++) {
        s += h->s[a * r + b] * fit->z[b * n + rows[i]];
        sqs += h->sqs[a * r + b] * fit->z[b * n + rows[i]];
      }
      h->left[i * r + a] = s;
      h->right[i * r + a] = sqs;
    }
  }
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < count; j++) {
      double wi = d->weight[rows[i]], wj = d->weight[rows[j]], hz = 0, hh = 0, cross = 0;
      for (size_t a = 0; a < r; a++) {
        double zj = fit->z[a * n + rows[j]];
        hz += h->left[i * r + a] * zj;
        hh += h->right[i * r + a] * zj;
      }
      double sum = (i == j) - hz * wj - hz * wi + hh;
      if (d->absorb) {
        uint32_t li = d->absorb[rows[i]], lj = d->absorb[rows[j]];
        for (size_t a = 0; a < r; a++)
          cross += h->left[j * r + a] * h->zsum[li * r + a] / h->mass[li] +
                   h->left[i * r + a] * h->zsum[lj * r + a] / h->mass[lj];
        sum += cross;
        if (li == lj) sum += -(wi + wj) / h->mass[li] + h->square[li] / (h->mass[li] * h->mass[li]);
      }
      w->a[i * count + j] = sum;
    }
  }
}

/* w->c = pseudo-inverse square root of w->a, which stays in w->b. */
static void inverse_root(bench *w, size_t count) {
  memcpy(w->b, w->a, count * count * sizeof *w->a);
  decompose(w, w->a, count);
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < count; j++)
      w->d[i * count + j] = w->value[j] > ZERO_EIGENVALUE ? w->vector[i * count + j] / sqrt(w->value[j]) : 0;
  }
  times(w->d, w->vector, w->c, count, count, count, CblasTrans);
}

static void one_weighted(const muster_fit *fit, bench *w, weighted *h, const size_t *rows, size_t count,
                         const size_t *which, muster_cr2 *out, size_t g) {
  const muster_design *d = &fit->design;
  size_t r = fit->rank, n = d->n, q = out->contrasts, m = out->m;
  weighted_block(fit, w, h, rows, count);
  inverse_root(w, count);
  for (size_t i = 0; i < count; i++) {
    double adjusted = 0;
    for (size_t j = 0; j < count; j++) adjusted += w->c[i * count + j] * fit->residual[rows[j]];
    for (size_t a = 0; a < r; a++) out->score[g * r + a] += d->weight[rows[i]] * fit->z[a * n + rows[i]] * adjusted;
  }
  for (size_t s = 0; s < q; s++) { /* a = A_g W_g Z_g S c, in row s of w->d */
    double *contrast = w->d + s * count, *y = out->y + (g * q + s) * m;
    for (size_t i = 0; i < count; i++) {
      contrast[i] = 0;
      for (size_t j = 0; j < count; j++) {
        double zsc = 0;
        for (size_t a = 0; a < r; a++) zsc += fit->z[a * n + rows[j]] * h->s[which[s] * r + a];
        contrast[i] += w->c[i * count + j] * d->weight[rows[j]] * zsc;
      }
    }
    for (size_t i = 0; i < count; i++) {
      for (size_t a = 0; a < r; a++) {
        double za = fit->z[a * n + rows[i]];
        y[a] += za * contrast[i];
        y[r + a] += d->weight[rows[i]] * za * contrast[i];
        if (d->absorb) {
          uint32_t level = d->absorb[rows[i]];
          y[r + a] -= contrast[i] * h->zsum[level * r + a] / h->mass[level];
        }
      }
    }
  }
  for (size_t s = 0; s < q; s++) {
    for (size_t t = 0; t < q; t++) {
      double sum = 0;
      for (size_t i = 0; i < count; i++) {
        double bt = 0;
        for (size_t j = 0; j < count; j++) bt += w->b[i * count + j] * w->d[t * count + j];
        sum += w->d[s * count + i] * bt;
      }
      const double *ys = out->y + (g * q + s) * m, *yt = out->y + (g * q + t) * m;
      for (size_t a = 0; a < m; a++) {
        for (size_t b = 0; b < m; b++) sum -= ys[a] * out->k[a * m + b] * yt[b];
      }
      out->d[(g * q + s) * q + t] = sum;
    }
  }
}

static muster_status by_block(const muster_fit *fit, const size_t *first, const size_t *rows, const size_t *which,
                              muster_cr2 *out, muster_error *err) {
  size_t r = fit->rank, most = 1;
  for (size_t g = 0; g < out->clusters; g++)
    if (first[g + 1] - first[g] > most) most = first[g + 1] - first[g];
  if (most > MOST_ROWS_DENSE) {
    muster_fail(err, MUSTER_DATA, "CR2 with weights and a cluster of %zu rows", most);
    muster_error_expected(err, "clusters of at most %d rows", MOST_ROWS_DENSE);
    muster_error_todo(err, "use one row for each cluster and time, or the wild cluster bootstrap");
    return MUSTER_DATA;
  }
  if (most < out->contrasts) most = out->contrasts;
  bench w = {.rank = r};
  weighted h = {0};
  muster_status status = bench_make(&w, most, err);
  if (status == MUSTER_OK) status = weighted_make(fit, most, &h, err);
  if (status == MUSTER_OK) {
    for (size_t a = 0; a < r; a++) {
      for (size_t b = 0; b < r; b++) {
        out->k[a * out->m + b] = h.sqs[a * r + b];
        out->k[a * out->m + r + b] = out->k[(r + b) * out->m + a] = -h.s[a * r + b];
      }
    }
    for (size_t g = 0; g < out->clusters; g++) {
      size_t count = first[g + 1] - first[g];
      if (w.eigen->size != count) { /* the library's workspace fits one size */
        gsl_eigen_symmv_free(w.eigen);
        w.eigen = gsl_eigen_symmv_alloc(count ? count : 1);
        if (!w.eigen) {
          status = muster_fail_memory(err);
          break;
        }
      }
      if (count) one_weighted(fit, &w, &h, rows + first[g], count, which, out, g);
    }
  }
  weighted_free(&h);
  bench_free(&w);
  return status;
}

muster_status muster_cr2_of(const muster_fit *fit, const uint32_t *cluster, size_t clusters, const size_t *which,
                            size_t contrasts, muster_cr2 *out, muster_error *err) {
  const muster_design *d = &fit->design;
  bool nested = true;
  *out = (muster_cr2){.clusters = clusters, .rank = fit->rank, .contrasts = contrasts};
  out->m = d->weight ? 2 * fit->rank : fit->rank;
  if (!fit->rank) return muster_fail(err, MUSTER_DATA, "the regression has no column left for CR2");
  if (d->absorb) MUSTER_TRY(muster_nested_in(d->absorb, d->n_absorb, cluster, d->n, &nested, err));
  if (!nested) {
    muster_fail(err, MUSTER_DATA, "CR2 with absorbed fixed effects that cross the clusters");
    muster_error_todo(err, "give these fixed effects as columns, or cluster so that no unit changes its cluster");
    return MUSTER_DATA;
  }
  size_t *first = NULL, *rows = NULL;
  out->score = muster_alloc(clusters * fit->rank, sizeof *out->score);
  out->y = muster_alloc(clusters * contrasts * out->m, sizeof *out->y);
  out->d = muster_alloc(clusters * contrasts * contrasts, sizeof *out->d);
  out->k = muster_alloc(out->m * out->m, sizeof *out->k);
  muster_status status = out->score && out->y && out->d && out->k
                             ? group_rows(cluster, clusters, d->n, &first, &rows, err)
                             : muster_fail_memory(err);
  if (status == MUSTER_OK)
    status = d->weight ? by_block(fit, first, rows, which, out, err) : by_projection(fit, first, rows, which, out, err);
  muster_free(first);
  muster_free(rows);
  if (status != MUSTER_OK) muster_cr2_free(out);
  return status;
}

void muster_cr2_free(muster_cr2 *cr2) {
  muster_free(cr2->score);
  muster_free(cr2->y);
  muster_free(cr2->d);
  muster_free(cr2->k);
  *cr2 = (muster_cr2){0};
}

/* --- degrees of freedom --- */

/* K times the sum over clusters of y_s y_t'. */
static void moment(const muster_cr2 *c, const double *ys, const double *yt, size_t stride, double *sum, double *out) {
  size_t m = c->m;
  memset(sum, 0, m * m * sizeof *sum);
  for (size_t g = 0; g < c->clusters; g++) {
    for (size_t a = 0; a < m; a++) {
      for (size_t b = 0; b < m; b++) sum[a * m + b] += ys[g * stride + a] * yt[g * stride + b];
    }
  }
  times(c->k, sum, out, m, m, m, CblasNoTrans);
}

static double form(const muster_cr2 *c, const double *x, const double *y) {
  double sum = 0;
  for (size_t a = 0; a < c->m; a++) {
    for (size_t b = 0; b < c->m; b++) sum += x[a] * c->k[a * c->m + b] * y[b];
  }
  return sum;
}

static double trace_of_product(const double *x, const double *y, size_t m) {
  double sum = 0;
  for (size_t a = 0; a < m; a++) {
    for (size_t b = 0; b < m; b++) sum += x[a * m + b] * y[b * m + a];
  }
  return sum;
}

muster_status muster_cr2_df(const muster_cr2 *c, size_t s, double *df, muster_error *err) {
  size_t m = c->m, q = c->contrasts;
  double *sum = muster_alloc(2 * m * m, sizeof *sum);
  if (!sum) return muster_fail_memory(err);
  double *km = sum + m * m, total = 0, squares = 0;
  moment(c, c->y + s * m, c->y + s * m, q * m, sum, km);
  for (size_t g = 0; g < c->clusters; g++) {
    const double *y = c->y + (g * q + s) * m;
    double d = c->d[(g * q + s) * q + s], own = form(c, y, y);
    total += d + own;
    squares += d * d + 2 * d * own;
  }
  squares += trace_of_product(km, km, m);
  *df = squares > 0 ? total * total / squares : NAN;
  muster_free(sum);
  return MUSTER_OK;
}

/* The contrasts turned so that the working covariance of their sum is the identity. */
static muster_status standardise(muster_cr2 *c, double *omega, double *turn, bench *w, muster_error *err) {
  size_t q = c->contrasts, m = c->m;
  for (size_t s = 0; s < q; s++) {
    for (size_t t = 0; t < q; t++) {
      double sum = 0;
      for (size_t g = 0; g < c->clusters; g++)
        sum += c->d[(g * q + s) * q + t] + form(c, c->y + (g * q + s) * m, c->y + (g * q + t) * m);
      omega[s * q + t] = sum;
    }
  }
  decompose(w, omega, q);
  for (size_t a = 0; a < q; a++) {
    if (w->value[a] <= 0) return muster_fail(err, MUSTER_DATA, "the joint test is singular under its working model");
    for (size_t b = 0; b < q; b++) w->d[b * q + a] = w->vector[b * q + a] / sqrt(w->value[a]);
  }
  times(w->d, w->vector, turn, q, q, q, CblasTrans);
  return MUSTER_OK;
}

static void turn_contrasts(muster_cr2 *c, const double *turn, double *room) {
  size_t q = c->contrasts, m = c->m;
  for (size_t g = 0; g < c->clusters; g++) {
    double *y = c->y + g * q * m, *d = c->d + g * q * q;
    times(turn, y, room, q, q, m, CblasNoTrans);
    memcpy(y, room, q * m * sizeof *y);
    times(turn, d, room, q, q, q, CblasNoTrans);
    times(room, turn, d, q, q, q, CblasTrans);
  }
}

/* Sum over the entries of the standardised covariance of their variance under the working model. */
static double total_variance(const muster_cr2 *c, double *room) {
  size_t q = c->contrasts, m = c->m;
  double *sum = room, *st = room + m * m, *ts = room + 2 * m * m, total = 0;
  for (size_t s = 0; s < q; s++) {
    for (size_t t = 0; t < q; t++) {
      moment(c, c->y + s * m, c->y + t * m, q * m, sum, st);
      moment(c, c->y + t * m, c->y + s * m, q * m, sum, ts);
      double variance = trace_of_product(st, ts, m) + trace_of_product(ts, ts, m);
      for (size_t g = 0; g < c->clusters; g++) {
        const double *d = c->d + g * q * q, *ys = c->y + (g * q + s) * m, *yt = c->y + (g * q + t) * m;
        double dss = d[s * q + s], dtt = d[t * q + t], dst = d[s * q + t];
        variance += dss * dtt + dss * form(c, yt, yt) + dtt * form(c, ys, ys) + dst * dst + 2 * dst * form(c, ys, yt);
      }
      total += variance;
    }
  }
  return total;
}

static muster_status htz(muster_cr2 *c, double *denominator, muster_error *err) {
  size_t q = c->contrasts, m = c->m;
  bench w = {.rank = q};
  double *room = muster_alloc(2 * q * q + 3 * m * m + q * m, sizeof *room);
  muster_status status = room ? bench_make(&w, q, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = standardise(c, room, room + q * q, &w, err);
  if (status == MUSTER_OK) {
    double *scratch = room + 2 * q * q;
    turn_contrasts(c, room + q * q, scratch);
    *denominator = (double)(q * (q + 1)) / total_variance(c, scratch);
  }
  bench_free(&w);
  muster_free(room);
  return status;
}

muster_status muster_wald_htz(const muster_fit *fit, const muster_covariance *how, const size_t *which, size_t q,
                              muster_wald *out, muster_error *err) {
  muster_numerics_ready();
  size_t *place = muster_alloc(q, sizeof *place);
  if (!place) return muster_fail_memory(err);
  muster_covariance cr2_how = *how;
  cr2_how.kind = MUSTER_CR2;
  muster_status status = MUSTER_OK;
  for (size_t s = 0; s < q; s++) {
    place[s] = fit->place[which[s]];
    if (place[s] == SIZE_MAX) status = muster_fail(err, MUSTER_DATA, "the joint test names a column that was left out");
  }
  muster_cr2 cr2 = {0};
  muster_vcov v = {0};
  double eta = NAN;
  if (status == MUSTER_OK) status = muster_vcov_of(fit, &cr2_how, &v, err);
  if (status == MUSTER_OK) status = muster_cr2_of(fit, how->cluster[0], how->n_clusters[0], place, q, &cr2, err);
  if (status == MUSTER_OK) status = htz(&cr2, &eta, err);
  if (status == MUSTER_OK) status = muster_wald_of(fit->beta, v.v, v.k, which, q, eta, out, err);
  if (status == MUSTER_OK) {
    double df2 = eta - (double)q + 1;
    out->df2 = df2;
    out->f = df2 > 0 ? df2 / eta * out->chi2 / (double)q : NAN;
    out->f_p = muster_f_p(out->f, out->df1, df2);
  }
  muster_cr2_free(&cr2);
  muster_vcov_free(&v);
  muster_free(place);
  return status;
}
