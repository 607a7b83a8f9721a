/* Synthetic control and its placebos, from outcomes alone or from predictors of given importance. */
#include "muster/impact/synthetic_control.h"

#include <math.h>
#include <string.h>

#include "block.h"

muster_status muster_block_count(const muster_block_panel *panel, size_t fewest_controls, muster_block_size *size,
                                 muster_error *err) {
  *size = (muster_block_size){.treated = 0};
  for (size_t u = 0; u < panel->n_units; u++) panel->treated[u] ? size->treated++ : size->controls++;
  size->after = panel->n_times - panel->n_before;
  if (!size->treated || size->controls < fewest_controls || !panel->n_before || panel->n_before >= panel->n_times) {
    muster_fail(err, MUSTER_DATA, "%zu treated and %zu comparison units with %zu of %zu periods before the start",
                size->treated, size->controls, panel->n_before, panel->n_times);
    muster_error_expected(err, "at least one treated and %zu comparison units, and periods on both sides of the start",
                          fewest_controls);
    return MUSTER_DATA;
  }
  for (size_t i = 0; i < panel->n_units * panel->n_times; i++)
    if (!isfinite(panel->y[i])) {
      muster_fail(err, MUSTER_DATA, "the outcome of unit %zu in period %zu is missing", i / panel->n_times + 1,
                  i % panel->n_times + 1);
      muster_error_expected(err, "a value for each unit in each period");
      muster_error_todo(err, "leave out units or periods with gaps");
      return MUSTER_DATA;
    }
  return MUSTER_OK;
}

static double span_mean(const double *y, size_t from, size_t to) {
  double sum = 0;
  for (size_t t = from; t < to; t++) sum += y[t];
  return sum / (double)(to - from);
}

void muster_synthetic_control_free(muster_synthetic_control *fit) {
  muster_free(fit->weights);
  muster_free(fit->synthetic);
  muster_free(fit->gap);
  *fit = (muster_synthetic_control){.weights = NULL};
}

/** What units are matched on: `rows` values each, `stride` apart. */
typedef struct donors {
  const double *values;
  size_t stride, rows, n_units;
} donors;

/** Fits `target` by the units that `donor` marks, into `weights` by unit. `columns` and `found` are workspace. */
static muster_status fit_weights(const donors *of, const double *target, const unsigned char *donor, double *columns,
                                 double *found, double *weights, double *slack, muster_error *err) {
  size_t count = 0;
  for (size_t u = 0; u < of->n_units; u++)
    if (donor[u]) memcpy(columns + count++ * of->rows, of->values + u * of->stride, of->rows * sizeof *columns);
  MUSTER_TRY(muster_simplex_fit(columns, target, of->rows, count, 0, found, slack, err));
  count = 0;
  for (size_t u = 0; u < of->n_units; u++) weights[u] = donor[u] ? found[count++] : 0;
  return MUSTER_OK;
}

static double synthetic_at(const muster_block_panel *panel, const double *weights, size_t t) {
  double sum = 0;
  for (size_t u = 0; u < panel->n_units; u++)
    if (weights[u] != 0) sum += weights[u] * panel->y[u * panel->n_times + t];
  return sum;
}

/** Gap, its size and the effect, from the weights. */
static void describe(const muster_block_panel *panel, const muster_block_size *size, const double *target,
                     muster_synthetic_control *out) {
  for (size_t t = 0; t < panel->n_times; t++) {
    out->synthetic[t] = synthetic_at(panel, out->weights, t);
    out->gap[t] = target[t] - out->synthetic[t];
    if (t < panel->n_before)
      out->pre_mspe += out->gap[t] * out->gap[t] / (double)panel->n_before;
    else
      out->post_mspe += out->gap[t] * out->gap[t] / (double)size->after;
  }
  out->att = span_mean(out->gap, panel->n_before, panel->n_times);
  out->ratio = out->post_mspe / out->pre_mspe;
  for (size_t u = 0; u < panel->n_units; u++) out->n_positive += out->weights[u] > 0;
}

/** Matches the treated on `matched`, [n_units][rows]: outcomes before the start, or scaled predictors. */
static muster_status fit_on(const muster_block_panel *panel, const double *matched, size_t stride, size_t rows,
                            muster_synthetic_control *out, double *loss, muster_error *err) {
  muster_block_size size;
  MUSTER_TRY(muster_block_count(panel, 1, &size, err));
  size_t n = panel->n_units, times = panel->n_times;
  *out = (muster_synthetic_control){.n_units = n, .n_times = times};
  muster_status status = MUSTER_MEMORY;
  double *columns = muster_alloc(n * rows + n + times + rows, sizeof *columns);
  unsigned char *donor = muster_alloc(n, 1);
  out->weights = muster_alloc(n, sizeof *out->weights);
  out->synthetic = muster_alloc(times, sizeof *out->synthetic);
  out->gap = muster_alloc(times, sizeof *out->gap);
  if (!columns || !donor || !out->weights || !out->synthetic || !out->gap) goto out;
  double *found = columns + n * rows, *outcome = found + n, *target = outcome + times;
  for (size_t u = 0; u < n; u++) {
    donor[u] = !panel->treated[u];
    if (donor[u]) continue;
    for (size_t t = 0; t < times; t++) outcome[t] += panel->y[u * times + t] / (double)size.treated;
    for (size_t r = 0; r < rows; r++) target[r] += matched[u * stride + r] / (double)size.treated;
  }
  donors of = {matched, stride, rows, n};
  status = fit_weights(&of, target, donor, columns, found, out->weights, &out->slack, err);
  if (status != MUSTER_OK) goto out;
  describe(panel, &size, outcome, out);
  for (size_t r = 0; loss && r < rows; r++) {
    double gap = target[r];
    for (size_t u = 0; u < n; u++) gap -= out->weights[u] * matched[u * stride + r];
    *loss += gap * gap;
  }
out:
  muster_free(columns);
  muster_free(donor);
  if (status != MUSTER_OK) muster_synthetic_control_free(out);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

muster_status muster_synthetic_control_fit(const muster_block_panel *panel, muster_synthetic_control *out,
                                           muster_error *err) {
  return fit_on(panel, panel->y, panel->n_times, panel->n_before, out, NULL, err);
}

/** What the treated are matched on: outcomes before the start, or predictors in standard deviations times the root of
 * their importance. `owned` is what must be freed. */
typedef struct matched {
  const double *values;
  size_t stride, rows;
  double *owned;
} matched;

static muster_status scale_predictors(const muster_block_panel *panel, const muster_predictors *predictors,
                                      double *scaled, muster_error *err) {
  size_t n = panel->n_units, k = predictors->k;
  for (size_t j = 0; j < k; j++) {
    double mean = 0, squares = 0;
    for (size_t u = 0; u < n; u++) mean += predictors->x[u * k + j] / (double)n;
    for (size_t u = 0; u < n; u++) squares += pow(predictors->x[u * k + j] - mean, 2);
    double scale = sqrt(predictors->v[j] / (squares / ((double)n - 1)));
    if (!isfinite(scale))
      return muster_fail(err, MUSTER_DATA, "predictor %zu has no spread, a gap, or a negative importance", j + 1);
    for (size_t u = 0; u < n; u++) scaled[u * k + j] = (predictors->x[u * k + j] - mean) * scale;
  }
  return MUSTER_OK;
}

static muster_status matched_on(const muster_block_panel *panel, const muster_predictors *predictors, matched *out,
                                muster_error *err) {
  *out = (matched){panel->y, panel->n_times, panel->n_before, NULL};
  if (!predictors) return MUSTER_OK;
  if (!predictors->k) return muster_fail(err, MUSTER_DATA, "no predictor to match on");
  *out = (matched){.stride = predictors->k, .rows = predictors->k};
  out->values = out->owned = muster_alloc(panel->n_units * predictors->k, sizeof *out->owned);
  if (!out->owned) return muster_fail_memory(err);
  muster_status status = scale_predictors(panel, predictors, out->owned, err);
  if (status != MUSTER_OK) muster_free(out->owned);
  return status;
}

muster_status muster_synthetic_control_given(const muster_block_panel *panel, const muster_predictors *predictors,
                                             muster_synthetic_control *out, double *loss, muster_error *err) {
  matched on;
  double least = 0;
  MUSTER_TRY(matched_on(panel, predictors, &on, err));
  muster_status status = fit_on(panel, on.values, on.stride, on.rows, out, &least, err);
  if (loss) *loss = least;
  muster_free(on.owned);
  return status;
}

static void score(const muster_block_panel *panel, size_t unit, const double *weights, muster_placebo *out) {
  const double *y = panel->y + unit * panel->n_times;
  *out = (muster_placebo){.unit = unit};
  double before = (double)panel->n_before, after = (double)(panel->n_times - panel->n_before);
  for (size_t t = 0; t < panel->n_times; t++) {
    double gap = y[t] - synthetic_at(panel, weights, t);
    if (t < panel->n_before) {
      out->pre_mspe += gap * gap / before;
    } else {
      out->post_mspe += gap * gap / after;
      out->att += gap / after;
    }
  }
  out->ratio = out->post_mspe / out->pre_mspe;
}

muster_status muster_synthetic_placebos(const muster_block_panel *panel, const muster_predictors *predictors,
                                        muster_placebo *placebos, size_t *rank, double *p_value, muster_error *err) {
  muster_block_size size;
  matched on;
  MUSTER_TRY(muster_block_count(panel, 3, &size, err));
  if (size.treated != 1) {
    muster_fail(err, MUSTER_DATA, "placebos in space need one treated unit, and there are %zu", size.treated);
    muster_error_todo(err, "use synthetic difference in differences, or study the treated units one at a time");
    return MUSTER_DATA;
  }
  MUSTER_TRY(matched_on(panel, predictors, &on, err));
  size_t n = panel->n_units, count = 1;
  muster_status status = MUSTER_MEMORY;
  double *columns = muster_alloc(n * on.rows + 2 * n, sizeof *columns);
  unsigned char *donor = muster_alloc(n, 1);
  if (!columns || !donor) goto out;
  double *found = columns + n * on.rows, *weights = found + n;
  donors of = {on.values, on.stride, on.rows, n};
  for (size_t player = 0; player < n; player++) {
    for (size_t u = 0; u < n; u++) donor[u] = u != player;
    status = fit_weights(&of, on.values + player * on.stride, donor, columns, found, weights, NULL, err);
    if (status != MUSTER_OK) goto out;
    score(panel, player, weights, placebos + (panel->treated[player] ? 0 : count++));
  }
  *rank = 1;
  for (size_t i = 1; i < count; i++) *rank += !(placebos[i].ratio < placebos[0].ratio); /* 0/0 counts against it */
  *p_value = (double)*rank / (double)count;
out:
  muster_free(on.owned);
  muster_free(columns);
  muster_free(donor);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}
