/* Nearest-neighbour matching: plain and greedy, so that anyone can follow which pair came from where. */
#include "muster/impact/matching.h"

#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "shelf.h"

static muster_status check_arms(const muster_match_data *data, size_t *treated, muster_error *err) {
  *treated = 0;
  for (size_t i = 0; i < data->n; i++) {
    *treated += data->treated[i] != 0;
    for (size_t j = 0; j < data->k; j++)
      if (!isfinite(data->x[j][i])) {
        muster_fail(err, MUSTER_DATA, "covariate %zu is missing in row %zu", j + 1, i + 1);
        muster_error_todo(err, "leave the row out, or fill the covariate and add a column that says so");
        return MUSTER_DATA;
      }
  }
  if (*treated && *treated < data->n) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "%zu of %zu rows are treated", *treated, data->n);
  muster_error_expected(err, "treated and comparison rows");
  return MUSTER_DATA;
}

muster_status muster_propensity(const muster_match_data *data, double *score, double *beta, double *log_likelihood,
                                muster_error *err) {
  size_t treated;
  MUSTER_TRY(check_arms(data, &treated, err));
  muster_glm fit = {.n = 0};
  muster_status status = MUSTER_MEMORY;
  double *room = muster_alloc(2 * data->n, sizeof *room);
  const double **x = muster_alloc(data->k + 1, sizeof *x);
  if (!room || !x) goto out;
  x[0] = room;
  for (size_t j = 0; j < data->k; j++) x[j + 1] = data->x[j];
  for (size_t i = 0; i < data->n; i++) {
    room[i] = 1;
    room[data->n + i] = data->treated[i] != 0;
  }
  muster_glm_model model = {.design = {.n = data->n, .k = data->k + 1, .x = x, .y = room + data->n},
                            .family = MUSTER_LOGIT};
  status = muster_glm_fit(&model, &fit, err);
  if (status != MUSTER_OK) goto out;
  for (size_t i = 0; i < data->n; i++) {
    double eta = 0;
    for (size_t j = 0; j <= data->k; j++)
      if (!isnan(fit.beta[j])) eta += x[j][i] * fit.beta[j];
    score[i] = 1 / (1 + exp(-eta));
  }
  if (beta) memcpy(beta, fit.beta, (data->k + 1) * sizeof *beta);
  if (log_likelihood) *log_likelihood = fit.log_likelihood;
out:
  muster_glm_free(&fit);
  muster_free(room);
  muster_free(x);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

/** How far to look, and what counts as equal; without a score also the rows as points, turned so that their pooled
 * within-group covariance is the identity and Mahalanobis distance is the straight line. What the covariates have in
 * common is judged by their correlations, so that the unit of one (pounds, metres) cannot hide another. */
typedef struct points {
  size_t dimensions;
  double *at; /* [n][dimensions] */
  double reach, same;
} points;

static double mean_in(const muster_match_data *data, size_t j, bool treated) {
  double sum = 0, n = 0;
  for (size_t i = 0; i < data->n; i++)
    if ((data->treated[i] != 0) == treated) {
      sum += data->x[j][i];
      n++;
    }
  return sum / n;
}

static void pooled_covariance(const muster_match_data *data, double *centred, double *out) {
  size_t k = data->k;
  memset(out, 0, k * k * sizeof *out);
  for (size_t j = 0; j < k; j++) {
    double mean[2] = {mean_in(data, j, false), mean_in(data, j, true)};
    for (size_t i = 0; i < data->n; i++) centred[j * data->n + i] = data->x[j][i] - mean[data->treated[i] != 0];
  }
  for (size_t a = 0; a < k; a++)
    for (size_t b = 0; b <= a; b++) {
      double sum = 0;
      for (size_t i = 0; i < data->n; i++) sum += centred[a * data->n + i] * centred[b * data->n + i];
      out[a * k + b] = out[b * k + a] = sum / ((double)data->n - 2);
    }
}

/* Correlations in place of covariances. A column that varies within the arms by rounding alone counts for nothing. */
static void to_correlations(const muster_match_data *data, double *cov, double *scale) {
  size_t k = data->k;
  for (size_t j = 0; j < k; j++) {
    double largest = 0, sd = sqrt(cov[j * k + j]);
    for (size_t i = 0; i < data->n; i++) largest = fmax(largest, fabs(data->x[j][i]));
    scale[j] = sd > 1e-12 * largest ? sd : INFINITY;
  }
  for (size_t a = 0; a < k; a++)
    for (size_t b = 0; b < k; b++) cov[a * k + b] /= scale[a] * scale[b];
}

static muster_status whiten(const muster_match_data *data, points *p, muster_error *err) {
  size_t k = data->k, n = data->n;
  if (!k || n < 3) return muster_fail(err, MUSTER_DATA, "no covariates to match on");
  double *room = muster_alloc(n * k + 2 * k * k + 3 * k, sizeof *room);
  p->at = muster_alloc(n * k, sizeof *p->at);
  if (!room || !p->at) {
    muster_free(room);
    return muster_fail_memory(err);
  }
  double *cov = room + n * k, *turn = cov + k * k, *size = turn + k * k, *work = size + k, *scale = work + k;
  pooled_covariance(data, room, cov);
  to_correlations(data, cov, scale);
  gsl_matrix_view u = gsl_matrix_view_array(cov, k, k), v = gsl_matrix_view_array(turn, k, k);
  gsl_vector_view s = gsl_vector_view_array(size, k), w = gsl_vector_view_array(work, k);
  if (k == 1) {
    size[0] = cov[0];
    turn[0] = 1;
  } else {
    gsl_linalg_SV_decomp(&u.matrix, &v.matrix, &s.vector, &w.vector);
  }
  for (size_t d = 0; d < k && size[d] > 1e-9 * size[0] && size[d] > 0; d++) p->dimensions++;
  for (size_t i = 0; i < n; i++)
    for (size_t d = 0; d < p->dimensions; d++) {
      double sum = 0;
      for (size_t j = 0; j < k; j++) sum += turn[j * k + d] * data->x[j][i] / scale[j];
      p->at[i * p->dimensions + d] = sum / sqrt(size[d]);
    }
  muster_free(room);
  p->same = 1e-12;
  return p->dimensions ? MUSTER_OK : muster_fail(err, MUSTER_DATA, "the covariates to match on do not vary");
}

static double score_variance(const double *score, size_t n) {
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n; i++) mean += score[i] / (double)n;
  for (size_t i = 0; i < n; i++) squares += (score[i] - mean) * (score[i] - mean);
  return squares / ((double)n - 1);
}

static muster_status prepare(const muster_match_data *data, const muster_match_plan *plan, points *p,
                             muster_error *err) {
  p->reach = plan->caliper > 0 ? plan->caliper : INFINITY;
  if (!plan->score) return whiten(data, p, err);
  for (size_t i = 0; i < data->n; i++) {
    if (!isfinite(plan->score[i])) return muster_fail(err, MUSTER_DATA, "the score of row %zu is missing", i + 1);
    p->same = fmax(p->same, 1e-14 * fabs(plan->score[i]));
  }
  p->reach *= sqrt(score_variance(plan->score, data->n));
  return MUSTER_OK;
}

static double distance(const points *p, size_t a, size_t b) {
  double sum = 0;
  for (size_t d = 0; d < p->dimensions; d++) {
    double away = p->at[a * p->dimensions + d] - p->at[b * p->dimensions + d];
    sum += away * away;
  }
  return sqrt(sum);
}

typedef struct turn {
  double score;
  size_t row;
} turn;

static int by_descending_score(const void *a, const void *b) {
  const turn *x = a, *y = b;
  if (x->score != y->score) return x->score > y->score ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

void muster_matches_free(muster_matches *matches) {
  muster_free(matches->match);
  muster_free(matches->weight);
  *matches = (muster_matches){.n = 0};
}

/** The nearest free comparison row, or n. Distances that differ by rounding alone are ties. */
static size_t nearest(const muster_match_data *data, const muster_match_plan *plan, const points *p, size_t row,
                      const size_t *controls, size_t n_controls, const unsigned char *used, bool *tied) {
  size_t found = data->n;
  double best = INFINITY;
  for (size_t c = 0; c < n_controls; c++) {
    size_t other = controls[c];
    if (used[other] || (plan->block && plan->block[other] != plan->block[row])) continue;
    double away = distance(p, row, other);
    if (away > p->reach || away > best + p->same) continue;
    *tied = found < data->n && away >= best - p->same;
    if (*tied) continue;
    best = away;
    found = other;
  }
  return found;
}

static muster_status count_pairs(const size_t *controls, size_t n_controls, muster_matches *out, muster_error *err) {
  if (!out->n_pairs) {
    muster_fail(err, MUSTER_DATA, "no treated row has a comparison row in reach");
    muster_error_todo(err, "widen the caliper or the blocks; if that changes the answer there is no common support");
    return MUSTER_DATA;
  }
  double sum = 0, squares = 0;
  for (size_t c = 0; c < n_controls; c++) {
    sum += out->weight[controls[c]];
    squares += out->weight[controls[c]] * out->weight[controls[c]];
  }
  out->effective = sum * sum / squares;
  return MUSTER_OK;
}

/** Serves the treated rows in their turn from the shelf (scores) or by looking at every row (covariates). */
static muster_status pair_up(const muster_match_data *data, const muster_match_plan *plan, const points *p, turn *turns,
                             size_t *controls, unsigned char *used, muster_matches *out, muster_error *err) {
  size_t treated = 0, n_controls = 0;
  muster_bench_shelf shelf = {.n = 0};
  for (size_t i = 0; i < data->n; i++) {
    out->match[i] = MUSTER_MATCH_NONE;
    if (data->treated[i])
      turns[treated++] = (turn){plan->score && !plan->file_order ? plan->score[i] : 0, i};
    else
      controls[n_controls++] = i;
  }
  if (plan->score)
    MUSTER_TRY(muster_bench_shelf_fill(controls, n_controls, plan->score, plan->block, p->same, &shelf, err));
  qsort(turns, treated, sizeof *turns, by_descending_score);
  for (size_t t = 0; t < treated; t++) {
    bool tied = false;
    size_t row = turns[t].row, other = data->n;
    if (plan->score) {
      size_t place =
          muster_bench_shelf_nearest(&shelf, plan->score[row], plan->block ? plan->block[row] : 0, p->reach, &tied);
      if (place != SIZE_MAX) other = shelf.place[place].row;
      if (place != SIZE_MAX && !plan->replacement) muster_bench_shelf_take(&shelf, place);
    } else {
      other = nearest(data, plan, p, row, controls, n_controls, used, &tied);
    }
    if (other == data->n) continue;
    out->match[row] = (ptrdiff_t)other;
    out->n_tied += tied;
    out->n_pairs++;
    out->weight[row] = 1;
    out->n_controls += out->weight[other] == 0;
    out->weight[other]++;
    used[other] = !plan->replacement;
  }
  muster_bench_shelf_free(&shelf);
  return count_pairs(controls, n_controls, out, err);
}

muster_status muster_match(const muster_match_data *data, const muster_match_plan *plan, muster_matches *out,
                           muster_error *err) {
  muster_numerics_ready();
  size_t treated;
  MUSTER_TRY(check_arms(data, &treated, err));
  if (!(plan->caliper >= 0)) return muster_fail(err, MUSTER_DATA, "a caliper of %g", plan->caliper);
  *out = (muster_matches){.n = data->n, .n_treated = treated, .replacement = plan->replacement};
  points p = {.at = NULL};
  muster_status status = MUSTER_MEMORY;
  turn *turns = muster_alloc(treated, sizeof *turns);
  size_t *controls = muster_alloc(data->n - treated, sizeof *controls);
  unsigned char *used = muster_alloc(data->n, 1);
  out->match = muster_alloc(data->n, sizeof *out->match);
  out->weight = muster_alloc(data->n, sizeof *out->weight);
  if (turns && controls && used && out->match && out->weight) {
    status = prepare(data, plan, &p, err);
    if (status == MUSTER_OK) status = pair_up(data, plan, &p, turns, controls, used, out, err);
  }
  muster_free(p.at);
  muster_free(turns);
  muster_free(controls);
  muster_free(used);
  if (status != MUSTER_OK) muster_matches_free(out);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

muster_status muster_att_weights(const muster_match_data *data, const double *score, double *weight, double *effective,
                                 muster_error *err) {
  size_t treated;
  MUSTER_TRY(check_arms(data, &treated, err));
  double sum = 0, squares = 0;
  for (size_t i = 0; i < data->n; i++) {
    weight[i] = 1;
    if (data->treated[i]) continue;
    if (!(score[i] >= 0 && score[i] < 1)) {
      muster_fail(err, MUSTER_DATA, "the score of comparison row %zu is %g", i + 1, score[i]);
      muster_error_expected(err, "a probability of treatment from 0 to below 1");
      return MUSTER_DATA;
    }
    weight[i] = score[i] / (1 - score[i]);
    sum += weight[i];
    squares += weight[i] * weight[i];
  }
  if (effective) *effective = sum * sum / squares;
  return MUSTER_OK;
}

muster_status muster_abadie_imbens_of(const muster_match_data *data, const double *score, const double *y, double tie,
                                      muster_abadie_imbens *out, muster_error *err) {
  size_t n = data->n;
  *out = (muster_abadie_imbens){.att = 0};
  MUSTER_TRY(check_arms(data, &out->n_treated, err));
  for (size_t i = 0; i < n; i++)
    if (!isfinite(score[i]) || !isfinite(y[i]))
      return muster_fail(err, MUSTER_DATA, "score or outcome of row %zu is missing", i + 1);
  double *room = muster_alloc(5 * n, sizeof *room);
  if (!room) return muster_fail_memory(err);
  double *effect = room, *used = room + n, *used_squares = room + 2 * n;
  double *count = room + 3 * n, *reach = room + 4 * n, variance = score_variance(score, n);
  double treated = (double)out->n_treated;
  for (size_t i = 0; i < n; i++) {
    if (!data->treated[i]) continue;
    double best = INFINITY, sum = 0, ties = 0;
    for (size_t j = 0; j < n; j++)
      if (!data->treated[j]) best = fmin(best, (score[i] - score[j]) * (score[i] - score[j]) / variance);
    for (int pass = 0; pass < 2; pass++)
      for (size_t j = 0; j < n; j++) {
        if (data->treated[j] || (score[i] - score[j]) * (score[i] - score[j]) / variance > best + tie) continue;
        if (pass == 0) {
          ties++;
          sum += y[j];
        } else {
          used[j] += 1 / ties;
          used_squares[j] += 1 / (ties * ties);
        }
      }
    out->n_tied += ties > 1;
    effect[i] = y[i] - sum / ties;
    out->att += effect[i] / treated;
    count[i] = ties;
    reach[i] = best + tie;
  }
  double spread = 0, within = 0, sample = 0, population = 0;
  for (size_t i = 0; i < n; i++) {
    if (!data->treated[i]) continue;
    spread += (effect[i] - out->att) * (effect[i] - out->att);
    for (size_t j = 0; j < n; j++)
      if (!data->treated[j] && (score[i] - score[j]) * (score[i] - score[j]) / variance <= reach[i])
        within += (y[i] - y[j] - out->att) * (y[i] - y[j] - out->att) / count[i];
  }
  double noise = within / (2 * treated);
  for (size_t i = 0; i < n; i++) {
    sample += noise * (data->treated[i] ? 1 : used[i] * used[i]);
    population += noise * (data->treated[i] ? 0 : used[i] * used[i] - used_squares[i]);
  }
  out->std_error = sqrt(fmax(sample, population + spread)) / treated;
  muster_free(room);
  return MUSTER_OK;
}
