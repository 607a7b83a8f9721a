/* Least squares over the simplex, solved exactly. Since the weights sum to one, the residual is a weighted sum of
 * (column - target): working with these differences keeps the digits that the normal equations would lose. */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/synthetic_control.h"

typedef struct simplex {
  size_t rows, columns;
  double ridge;
  double *away;     /* [columns][rows], column - target */
  double *residual; /* [rows], sum of weight * away */
  double *free_q;   /* QR workspace, [rows + free][free - 1] row-major */
  double *tau, *rhs, *move, *rest;
  double *trial; /* [columns], the minimiser over the free columns */
  size_t *free;  /* the columns that may differ from zero, in order of entry */
  size_t n_free;
  double *weights;
} simplex;

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

/** Minimises over the free columns with their sum kept at one, signs ignored. False when they depend on each other. */
static bool minimise_free(simplex *s) {
  size_t base = s->free[0], unknowns = s->n_free - 1;
  memset(s->trial, 0, s->columns * sizeof *s->trial);
  s->trial[base] = 1;
  if (!unknowns) return true;
  size_t ridge_rows = s->ridge > 0 ? s->n_free : 0, rows = s->rows + ridge_rows;
  if (rows < unknowns) return false;
  double root = sqrt(s->ridge);
  const double *from = s->away + base * s->rows;
  memset(s->free_q, 0, rows * unknowns * sizeof *s->free_q);
  memset(s->rhs, 0, rows * sizeof *s->rhs);
  for (size_t k = 0; k < unknowns; k++) {
    const double *column = s->away + s->free[k + 1] * s->rows;
    for (size_t i = 0; i < s->rows; i++) s->free_q[i * unknowns + k] = column[i] - from[i];
    if (ridge_rows) {
      s->free_q[s->rows * unknowns + k] = -root;
      s->free_q[(s->rows + k + 1) * unknowns + k] = root;
    }
  }
  for (size_t i = 0; i < s->rows; i++) s->rhs[i] = -from[i];
  if (ridge_rows) s->rhs[s->rows] = -root;
  gsl_matrix_view q = gsl_matrix_view_array(s->free_q, rows, unknowns);
  gsl_vector_view tau = gsl_vector_view_array(s->tau, unknowns);
  gsl_vector_view rhs = gsl_vector_view_array(s->rhs, rows);
  gsl_vector_view move = gsl_vector_view_array(s->move, unknowns);
  gsl_vector_view rest = gsl_vector_view_array(s->rest, rows);
  gsl_linalg_QR_decomp(&q.matrix, &tau.vector);
  double largest = 0;
  for (size_t k = 0; k < unknowns; k++) largest = fmax(largest, fabs(s->free_q[k * unknowns + k]));
  for (size_t k = 0; k < unknowns; k++)
    if (fabs(s->free_q[k * unknowns + k]) <= 1e-13 * largest) return false;
  gsl_linalg_QR_lssolve(&q.matrix, &tau.vector, &rhs.vector, &move.vector, &rest.vector);
  for (size_t k = 0; k < unknowns; k++) {
    s->trial[s->free[k + 1]] = s->move[k];
    s->trial[base] -= s->move[k];
  }
  return true;
}

/** Walks from the weights towards the trial until a free weight reaches zero and drops it; true when all the way. */
static bool walk(simplex *s) {
  double step = 1;
  for (size_t k = 0; k < s->n_free; k++) {
    size_t j = s->free[k];
    if (s->trial[j] < 0) step = fmin(step, s->weights[j] / (s->weights[j] - s->trial[j]));
  }
  bool arrived = step >= 1;
  size_t kept = 0;
  for (size_t k = 0; k < s->n_free; k++) {
    size_t j = s->free[k];
    double before = s->weights[j];
    s->weights[j] = arrived ? s->trial[j] : before + step * (s->trial[j] - before);
    bool blocks = !arrived && s->trial[j] < 0 && before / (before - s->trial[j]) <= step * (1 + 1e-14);
    if (blocks)
      s->weights[j] = 0;
    else
      s->free[kept++] = j;
  }
  s->n_free = kept;
  return arrived;
}

/** The column with the most negative slack, or `columns` when none is below the tolerance. */
static size_t worst(simplex *s, const unsigned char *refused, double *slack) {
  memset(s->residual, 0, s->rows * sizeof *s->residual);
  double squares = 0, scale = 0;
  for (size_t j = 0; j < s->columns; j++) {
    squares += s->weights[j] * s->weights[j];
    if (s->weights[j] == 0) continue;
    for (size_t i = 0; i < s->rows; i++) s->residual[i] += s->weights[j] * s->away[j * s->rows + i];
  }
  double level = dot(s->residual, s->residual, s->rows) + s->ridge * squares;
  double size = sqrt(level);
  size_t found = s->columns;
  double lowest = 0;
  *slack = 0;
  for (size_t j = 0; j < s->columns; j++) {
    const double *column = s->away + j * s->rows;
    double length = dot(column, column, s->rows);
    scale = fmax(scale, length + s->ridge);
    double gap = dot(column, s->residual, s->rows) + s->ridge * s->weights[j] - level;
    *slack = fmin(*slack, gap);
    double tolerance = 1e-12 * (sqrt(length + s->ridge) * size + level);
    if (s->weights[j] == 0 && !refused[j] && gap < -tolerance && gap < lowest) {
      lowest = gap;
      found = j;
    }
  }
  if (scale > 0) *slack /= scale;
  return found;
}

static muster_status solve(simplex *s, unsigned char *refused, double *slack, muster_error *err) {
  size_t first = 0;
  double shortest = INFINITY;
  for (size_t j = 0; j < s->columns; j++) {
    double length = dot(s->away + j * s->rows, s->away + j * s->rows, s->rows);
    if (length < shortest) {
      shortest = length;
      first = j;
    }
  }
  s->weights[first] = 1;
  s->free[0] = first;
  s->n_free = 1;
  size_t rounds = 100 * s->columns + 1000;
  for (size_t round = 0; round < rounds; round++) {
    size_t enter = worst(s, refused, slack);
    if (enter == s->columns) return MUSTER_OK;
    s->free[s->n_free++] = enter;
    /* a mix of columns already free, or one whose gain is rounding: it can add nothing */
    if (!minimise_free(s) || s->trial[enter] <= 0) {
      s->n_free--;
      refused[enter] = 1;
      continue;
    }
    memset(refused, 0, s->columns);
    while (!walk(s))
      if (!minimise_free(s))
        return muster_fail(err, MUSTER_DEFECT, "the weights of the comparison units are not unique");
  }
  muster_fail(err, MUSTER_DATA, "no weights found in %zu rounds", rounds);
  muster_error_todo(err, "check the outcome for units whose values are many orders of magnitude apart");
  return MUSTER_DATA;
}

muster_status muster_simplex_fit(const double *columns, const double *target, size_t n_rows, size_t n_columns,
                                 double ridge, double *weights, double *slack, muster_error *err) {
  muster_numerics_ready();
  if (!n_rows || !n_columns || !(ridge >= 0) || isinf(ridge)) {
    muster_fail(err, MUSTER_DATA, "no weights for %zu units over %zu periods with ridge %g", n_columns, n_rows, ridge);
    muster_error_expected(err, "at least one comparison unit and one period before the start");
    return MUSTER_DATA;
  }
  for (size_t j = 0; j < n_columns; j++)
    for (size_t i = 0; i < n_rows; i++)
      if (!isfinite(columns[j * n_rows + i]) || !isfinite(target[i])) {
        muster_fail(err, MUSTER_DATA, "the outcome of comparison unit %zu in period %zu is not a number", j + 1, i + 1);
        muster_error_todo(err, "leave out units or periods with gaps");
        return MUSTER_DATA;
      }
  size_t most = (n_columns < n_rows + 2 || ridge > 0) ? n_columns : n_rows + 2; /* more can never be independent */
  size_t rows = n_rows + (ridge > 0 ? most : 0);
  muster_status status = MUSTER_MEMORY;
  simplex s = {.rows = n_rows, .columns = n_columns, .ridge = ridge, .weights = weights};
  double *room =
      muster_alloc(n_columns * n_rows + n_rows + n_columns + rows * most + 2 * rows + 2 * most, sizeof *room);
  unsigned char *refused = muster_alloc(n_columns, 1);
  s.free = muster_alloc(n_columns, sizeof *s.free);
  if (!room || !refused || !s.free) goto out;
  s.away = room;
  s.residual = s.away + n_columns * n_rows;
  s.trial = s.residual + n_rows;
  s.free_q = s.trial + n_columns;
  s.rhs = s.free_q + rows * most;
  s.rest = s.rhs + rows;
  s.tau = s.rest + rows;
  s.move = s.tau + most;
  for (size_t j = 0; j < n_columns; j++)
    for (size_t i = 0; i < n_rows; i++) s.away[j * n_rows + i] = columns[j * n_rows + i] - target[i];
  memset(weights, 0, n_columns * sizeof *weights);
  double lowest;
  status = solve(&s, refused, &lowest, err);
  if (status == MUSTER_OK && slack) *slack = lowest;
out:
  muster_free(s.free);
  muster_free(refused);
  muster_free(room);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
