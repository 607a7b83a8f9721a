/* Least squares by Householder QR, with one factor eliminated by demeaning and one expanded into dummies. */
#include "muster/impact/linear.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"

/* A column whose part not explained by those before it is below this share of its length is left out. */
static const double COLLINEAR = 1e-10;

static muster_status check_finite(const muster_design *d, muster_error *err) {
  for (size_t i = 0; i < d->n; i++) {
    bool fine = isfinite(d->y[i]) && (!d->weight || (isfinite(d->weight[i]) && d->weight[i] > 0));
    for (size_t j = 0; j < d->k && fine; j++) fine = isfinite(d->x[j][i]);
    if (fine) continue;
    muster_fail(err, MUSTER_DATA, "a value of the regression is missing, infinite, or a weight that is not above 0");
    muster_error_where(err, "row %zu", i + 1);
    return MUSTER_DATA;
  }
  return MUSTER_OK;
}

/* Takes the weighted level means out of a column. `sum` and `weight` have room for the levels. */
static void demean(const muster_design *d, double *column, double *sum, double *weight) {
  if (!d->absorb) return;
  memset(sum, 0, d->n_absorb * sizeof *sum);
  memset(weight, 0, d->n_absorb * sizeof *weight);
  for (size_t i = 0; i < d->n; i++) {
    double w = d->weight ? d->weight[i] : 1;
    sum[d->absorb[i]] += w * column[i];
    weight[d->absorb[i]] += w;
  }
  for (size_t i = 0; i < d->n; i++) column[i] -= sum[d->absorb[i]] / weight[d->absorb[i]];
}

static double length_of(const muster_design *d, const double *column) {
  double sum = 0;
  for (size_t i = 0; i < d->n; i++) sum += (d->weight ? d->weight[i] : 1) * column[i] * column[i];
  return sqrt(sum);
}

typedef struct work {
  size_t columns;     /* candidates: dummies, then x */
  double *z;          /* [columns][n] demeaned */
  double *length;     /* [columns] before demeaning */
  size_t *kept;       /* [columns] candidates in use */
  double *qr;         /* [n][rank] row-major, scaled by sqrt(w) and 1/scale */
  double *scale;      /* [columns] */
  double *tau;        /* [columns] */
  double *right;      /* [n] */
  double *sum, *mass; /* [n_absorb] */
} work;

static void work_free(work *w) {
  muster_free(w->z);
  muster_free(w->length);
  muster_free(w->kept);
  muster_free(w->qr);
  muster_free(w->scale);
  muster_free(w->tau);
  muster_free(w->right);
  muster_free(w->sum);
  muster_free(w->mass);
}

static muster_status prepare(const muster_design *d, work *w, muster_error *err) {
  size_t dummies = d->dummies ? d->n_dummies - (d->absorb ? 1 : 0) : 0;
  w->columns = dummies + d->k;
  w->z = muster_alloc(w->columns * d->n, sizeof *w->z);
  w->length = muster_alloc(w->columns, sizeof *w->length);
  w->kept = muster_alloc(w->columns, sizeof *w->kept);
  w->qr = muster_alloc(w->columns * d->n, sizeof *w->qr);
  w->scale = muster_alloc(w->columns, sizeof *w->scale);
  w->tau = muster_alloc(w->columns, sizeof *w->tau);
  w->right = muster_alloc(d->n, sizeof *w->right);
  w->sum = muster_alloc(d->n_absorb, sizeof *w->sum);
  w->mass = muster_alloc(d->n_absorb, sizeof *w->mass);
  if (!w->z || !w->length || !w->kept || !w->qr || !w->scale || !w->tau || !w->right || !w->sum || !w->mass)
    return muster_fail_memory(err);
  size_t skipped = d->absorb ? 1 : 0;
  for (size_t i = 0; dummies && i < d->n; i++) {
    if (d->dummies[i] >= skipped) w->z[(d->dummies[i] - skipped) * d->n + i] = 1;
  }
  for (size_t j = 0; j < d->k; j++) memcpy(w->z + (dummies + j) * d->n, d->x[j], d->n * sizeof *w->z);
  for (size_t c = 0; c < w->columns; c++) {
    w->length[c] = length_of(d, w->z + c * d->n);
    demean(d, w->z + c * d->n, w->sum, w->mass);
    w->scale[c] = length_of(d, w->z + c * d->n);
  }
  return MUSTER_OK;
}

/* QR of the candidates in `kept`. @return the first that the earlier ones explain, or `count` */
static size_t decompose(const muster_design *d, work *w, size_t count) {
  for (size_t c = 0; c < count; c++) {
    const double *z = w->z + w->kept[c] * d->n;
    double scale = w->scale[w->kept[c]];
    for (size_t i = 0; i < d->n; i++) w->qr[i * count + c] = z[i] / scale * (d->weight ? sqrt(d->weight[i]) : 1);
  }
  gsl_matrix_view qr = gsl_matrix_view_array(w->qr, d->n, count);
  gsl_vector_view tau = gsl_vector_view_array(w->tau, count);
  gsl_linalg_QR_decomp(&qr.matrix, &tau.vector);
  for (size_t c = 0; c < count; c++) {
    size_t from = w->kept[c];
    if (fabs(w->qr[c * count + c]) * w->scale[from] <= COLLINEAR * w->length[from] ||
        fabs(w->qr[c * count + c]) <= COLLINEAR)
      return c;
  }
  return count;
}

/* Picks the columns and leaves their QR in `w`. */
static muster_status choose(const muster_design *d, work *w, size_t *rank, muster_error *err) {
  size_t count = 0;
  for (size_t c = 0; c < w->columns; c++) {
    if (w->length[c] > 0 && w->scale[c] > COLLINEAR * w->length[c]) w->kept[count++] = c;
  }
  for (;;) {
    if (count > d->n) {
      muster_fail(err, MUSTER_DATA, "the regression has %zu columns and only %zu rows", count, d->n);
      muster_error_todo(err, "use fewer covariates or more data");
      return MUSTER_DATA;
    }
    if (!count) break;
    size_t bad = decompose(d, w, count);
    if (bad == count) break;
    memmove(w->kept + bad, w->kept + bad + 1, (count - bad - 1) * sizeof *w->kept);
    count--;
  }
  *rank = count;
  return MUSTER_OK;
}

/* Coefficients of the kept columns into `b`, and the inverse of Z'WZ. */
static muster_status solve(const muster_design *d, work *w, muster_fit *fit, double *b, muster_error *err) {
  size_t r = fit->rank;
  if (!r) return MUSTER_OK;
  memcpy(fit->residual, d->y, d->n * sizeof *d->y);
  demean(d, fit->residual, w->sum, w->mass);
  for (size_t i = 0; i < d->n; i++) w->right[i] = fit->residual[i] * (d->weight ? sqrt(d->weight[i]) : 1);
  gsl_matrix_view qr = gsl_matrix_view_array(w->qr, d->n, r);
  gsl_vector_view tau = gsl_vector_view_array(w->tau, r), right = gsl_vector_view_array(w->right, d->n),
                  x = gsl_vector_view_array(b, r);
  gsl_linalg_QR_QTvec(&qr.matrix, &tau.vector, &right.vector);
  for (size_t c = 0; c < r; c++) b[c] = w->right[c];
  gsl_matrix_view triangle = gsl_matrix_submatrix(&qr.matrix, 0, 0, r, r);
  gsl_blas_dtrsv(CblasUpper, CblasNoTrans, CblasNonUnit, &triangle.matrix, &x.vector);
  double *inverse = muster_alloc(r * r, sizeof *inverse);
  if (!inverse) return muster_fail_memory(err);
  for (size_t c = 0; c < r; c++) inverse[c * r + c] = 1;
  gsl_matrix_view inv = gsl_matrix_view_array(inverse, r, r), bread = gsl_matrix_view_array(fit->bread, r, r);
  gsl_blas_dtrsm(CblasLeft, CblasUpper, CblasNoTrans, CblasNonUnit, 1, &triangle.matrix, &inv.matrix);
  gsl_blas_dgemm(CblasNoTrans, CblasTrans, 1, &inv.matrix, &inv.matrix, 0, &bread.matrix);
  for (size_t a = 0; a < r; a++) {
    b[a] /= w->scale[w->kept[a]];
    for (size_t c = 0; c < r; c++) fit->bread[a * r + c] /= w->scale[w->kept[a]] * w->scale[w->kept[c]];
  }
  muster_free(inverse);
  return MUSTER_OK;
}

static void finish(const muster_design *d, work *w, muster_fit *fit, const double *b) {
  size_t n = d->n, dummies = w->columns - d->k;
  memcpy(fit->residual, d->y, n * sizeof *d->y);
  demean(d, fit->residual, w->sum, w->mass);
  for (size_t j = 0; j < d->k; j++) {
    fit->beta[j] = NAN;
    fit->place[j] = SIZE_MAX;
  }
  for (size_t c = 0; c < fit->rank; c++) {
    const double *z = w->z + w->kept[c] * n;
    memcpy(fit->z + c * n, z, n * sizeof *z);
    for (size_t i = 0; i < n; i++) fit->residual[i] -= b[c] * z[i];
    if (w->kept[c] < dummies) {
      fit->dummies_kept++;
    } else {
      fit->beta[w->kept[c] - dummies] = b[c];
      fit->place[w->kept[c] - dummies] = c;
    }
  }
  double sum = 0, mass = 0, total = 0;
  for (size_t i = 0; i < n; i++) {
    double weight = d->weight ? d->weight[i] : 1;
    fit->rss += weight * fit->residual[i] * fit->residual[i];
    sum += weight * d->y[i];
    mass += weight;
  }
  for (size_t i = 0; i < n; i++) {
    double off = d->y[i] - sum / mass;
    total += (d->weight ? d->weight[i] : 1) * off * off;
  }
  fit->r2 = total > 0 ? 1 - fit->rss / total : NAN;
  fit->parameters = fit->rank + (d->absorb ? d->n_absorb : 0);
  fit->df_residual = (double)n - (double)fit->parameters;
}

static muster_status run(const muster_design *d, work *w, muster_fit *fit, muster_error *err) {
  MUSTER_TRY(prepare(d, w, err));
  MUSTER_TRY(choose(d, w, &fit->rank, err));
  size_t r = fit->rank;
  fit->beta = muster_alloc(d->k, sizeof *fit->beta);
  fit->place = muster_alloc(d->k, sizeof *fit->place);
  fit->residual = muster_alloc(d->n, sizeof *fit->residual);
  fit->z = muster_alloc(r * d->n, sizeof *fit->z);
  fit->bread = muster_alloc(r * r, sizeof *fit->bread);
  double *b = muster_alloc(r, sizeof *b);
  muster_status status = fit->beta && fit->place && fit->residual && fit->z && fit->bread && b
                             ? solve(d, w, fit, b, err)
                             : muster_fail_memory(err);
  if (status == MUSTER_OK) finish(d, w, fit, b);
  muster_free(b);
  return status;
}

muster_status muster_least_squares(const muster_design *design, muster_fit *fit, muster_error *err) {
  muster_numerics_ready();
  *fit = (muster_fit){.design = *design};
  if (!design->n) return muster_fail(err, MUSTER_DATA, "the regression has no rows");
  MUSTER_TRY(check_finite(design, err));
  work w = {0};
  muster_status status = run(design, &w, fit, err);
  work_free(&w);
  if (status != MUSTER_OK) muster_fit_free(fit);
  return status;
}

void muster_fit_free(muster_fit *fit) {
  muster_free(fit->beta);
  muster_free(fit->residual);
  muster_free(fit->z);
  muster_free(fit->bread);
  muster_free(fit->place);
  *fit = (muster_fit){0};
}
