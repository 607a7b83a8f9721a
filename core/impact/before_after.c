/* Before and after, without a comparison. */
#include "muster/impact/before_after.h"

#include <math.h>

#include "muster/impact/distribution.h"

const char muster_before_after_note[] =
    "no evidence of effect without a comparison: season, age and regression to the mean are in this figure";

static muster_status moments(const double *x, size_t n, const char *which, double *mean, double *variance,
                             muster_error *err) {
  if (n < 2) {
    muster_fail(err, MUSTER_DATA, "%zu values %s the start", n, which);
    muster_error_expected(err, "at least two");
    return MUSTER_DATA;
  }
  *mean = *variance = 0;
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(x[i])) return muster_fail(err, MUSTER_DATA, "value %zu %s the start is missing", i + 1, which);
    *mean += x[i];
  }
  *mean /= (double)n;
  for (size_t i = 0; i < n; i++) *variance += (x[i] - *mean) * (x[i] - *mean);
  *variance /= (double)n - 1;
  return MUSTER_OK;
}

static void finish(muster_before_after *out) {
  bool known = out->std_error > 0;
  double wide = known ? muster_t_quantile(0.975, out->df) * out->std_error : NAN;
  out->p_value = known ? muster_t_p(out->estimate / out->std_error, out->df) : NAN;
  out->conf_low = out->estimate - wide;
  out->conf_high = out->estimate + wide;
}

muster_status muster_before_after_paired(const double *before, const double *after, size_t n, muster_before_after *out,
                                         muster_error *err) {
  double ignored, squares = 0;
  *out = (muster_before_after){.n_before = n, .n_after = n, .df = (double)n - 1};
  MUSTER_TRY(moments(before, n, "before", &out->before, &ignored, err));
  MUSTER_TRY(moments(after, n, "after", &out->after, &ignored, err));
  for (size_t i = 0; i < n; i++) out->estimate += (after[i] - before[i]) / (double)n;
  for (size_t i = 0; i < n; i++) squares += pow(after[i] - before[i] - out->estimate, 2);
  out->std_error = sqrt(squares / out->df / (double)n);
  finish(out);
  return MUSTER_OK;
}

muster_status muster_before_after_welch(const double *before, size_t n_before, const double *after, size_t n_after,
                                        muster_before_after *out, muster_error *err) {
  *out = (muster_before_after){.n_before = n_before, .n_after = n_after};
  double first, second;
  MUSTER_TRY(moments(before, n_before, "before", &out->before, &first, err));
  MUSTER_TRY(moments(after, n_after, "after", &out->after, &second, err));
  first /= (double)n_before;
  second /= (double)n_after;
  out->estimate = out->after - out->before;
  out->std_error = sqrt(first + second);
  out->df = (first + second) * (first + second) /
            (first * first / ((double)n_before - 1) + second * second / ((double)n_after - 1));
  finish(out);
  return MUSTER_OK;
}

muster_status muster_before_after_row(const muster_before_after *result, bool paired, const char *outcome,
                                      muster_estimates *list, muster_error *err) {
  muster_estimate row = muster_estimate_blank(paired ? "before_after" : "before_after_welch", outcome, "change");
  muster_estimate_fill(&row, result->estimate, result->std_error, result->df, 0.95);
  row.n_units = paired ? result->n_before : 0;
  row.n_obs = result->n_before + result->n_after;
  row.note = muster_before_after_note;
  return muster_estimates_add(list, &row, err);
}
