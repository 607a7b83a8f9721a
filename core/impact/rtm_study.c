/* Regression to the mean from the study's own pupils: the table that must stand beside a raw before/after. */
#include <math.h>
#include <string.h>

#include "muster/impact/before_after.h"
#include "muster/impact/linear.h"
#include "muster/impact/regression_to_the_mean.h"

static const muster_rtm_estimate UNKNOWN = {NAN, NAN, NAN};

/** Mean change of the rows marked `a` less that of the rows marked `b`, with Welch's standard error. */
static muster_status apart(const double *change, const unsigned char *a, const unsigned char *b, size_t n, double *room,
                           muster_rtm_estimate *out, muster_error *err) {
  size_t n_a = 0, n_b = 0;
  for (size_t i = 0; i < n; i++) {
    if (a[i]) room[n_a++] = change[i];
    if (b[i]) room[n + n_b++] = change[i];
  }
  if (n_a < 2 || n_b < 2) {
    *out = UNKNOWN;
    return MUSTER_OK;
  }
  muster_before_after welch;
  MUSTER_TRY(muster_before_after_welch(room + n, n_b, room, n_a, &welch, err));
  *out = (muster_rtm_estimate){welch.estimate, welch.std_error, welch.df};
  return MUSTER_OK;
}

/** Mean of `to - from` over the marked rows, paired. */
static muster_status paired(const double *from, const double *to, const unsigned char *mark, size_t n, double *room,
                            muster_rtm_estimate *out, muster_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++)
    if (mark[i]) {
      room[count] = from[i];
      room[n + count++] = to[i];
    }
  muster_before_after change;
  MUSTER_TRY(muster_before_after_paired(room, room + n, count, &change, err));
  *out = (muster_rtm_estimate){change.estimate, change.std_error, change.df};
  return MUSTER_OK;
}

/** Follow-up on treatment, selection window and earlier window, over treated and eligible rows. */
static muster_status ancova(const muster_rtm_columns *c, const unsigned char *treated, const unsigned char *eligible,
                            muster_rtm_estimate *out, muster_error *err) {
  size_t k = c->earlier ? 4 : 3, n = 0;
  *out = UNKNOWN;
  double *room = muster_alloc((k + 1) * c->n, sizeof *room);
  if (!room) return muster_fail_memory(err);
  const double *x[4];
  for (size_t j = 0; j < k; j++) x[j] = room + j * c->n;
  double *y = room + k * c->n;
  for (size_t i = 0; i < c->n; i++) {
    if (!treated[i] && !eligible[i]) continue;
    room[n] = 1;
    room[c->n + n] = treated[i];
    room[2 * c->n + n] = c->selection[i];
    if (c->earlier) room[3 * c->n + n] = c->earlier[i];
    y[n++] = c->followup[i];
  }
  muster_fit fit = {.rank = 0};
  muster_vcov vcov = {.k = 0};
  muster_status status = MUSTER_OK;
  if (n > k + 1) {
    status = muster_least_squares(&(muster_design){.n = n, .k = k, .x = x, .y = y}, &fit, err);
    if (status == MUSTER_OK && !isnan(fit.beta[1])) {
      status = muster_vcov_of(&fit, &(muster_covariance){.kind = MUSTER_HC2}, &vcov, err);
      if (status == MUSTER_OK) *out = (muster_rtm_estimate){fit.beta[1], muster_vcov_se(&vcov, 1), fit.df_residual};
    }
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  muster_free(room);
  return status;
}

/** Share of the marked whose follow-up lies below their selection window. */
static double improved(const muster_rtm_columns *c, const unsigned char *mark) {
  double better = 0, n = 0;
  for (size_t i = 0; i < c->n; i++) {
    better += mark[i] && c->followup[i] < c->selection[i];
    n += mark[i];
  }
  return better / n;
}

/** What the treated would have come to: the mean plus the share of their distance from it that lasts, as the earlier
 * window shows it over all pupils. */
static muster_status expect(const muster_rtm_columns *c, const unsigned char *treated, double mean, double variance,
                            double *room, muster_rtm_study *out, muster_error *err) {
  double earlier = 0, products = 0, n = (double)c->n;
  for (size_t i = 0; i < c->n; i++) earlier += c->earlier[i] / n;
  for (size_t i = 0; i < c->n; i++) products += (c->earlier[i] - earlier) * (c->selection[i] - mean);
  out->slope = products / (variance * (n - 1));
  double *expected = room + 2 * c->n;
  out->expected_change = 0;
  for (size_t i = 0; i < c->n; i++) {
    expected[i] = mean + out->slope * (c->selection[i] - mean);
    if (treated[i]) out->expected_change += (expected[i] - c->selection[i]) / (double)out->n_treated;
  }
  MUSTER_TRY(paired(expected, c->followup, treated, c->n, room, &out->adjusted, err));
  return paired(c->earlier, c->followup, treated, c->n, room, &out->against_earlier, err);
}

static muster_status check(const muster_rtm_columns *c, muster_error *err) {
  size_t treated = 0;
  for (size_t i = 0; i < c->n; i++) {
    if (!isfinite(c->selection[i]) || !isfinite(c->followup[i]) || (c->earlier && !isfinite(c->earlier[i]))) {
      muster_fail(err, MUSTER_DATA, "a window of row %zu is missing", i + 1);
      muster_error_todo(err, "leave out pupils who were not on roll in all windows, and report how many");
      return MUSTER_DATA;
    }
    treated += c->treated[i] != 0;
  }
  if (treated >= 2 && c->n >= treated + 2) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "%zu treated pupils among %zu", treated, c->n);
  muster_error_expected(err, "at least two treated and two others");
  return MUSTER_DATA;
}

static muster_status fill(const muster_rtm_columns *c, unsigned char *treated, unsigned char *others,
                          unsigned char *eligible, double *room, muster_rtm_study *out, muster_error *err) {
  size_t n = c->n;
  double mean = 0, variance = 0, *change = room + 3 * n, chosen = 0;
  for (size_t i = 0; i < n; i++) mean += c->selection[i] / (double)n;
  for (size_t i = 0; i < n; i++) {
    treated[i] = c->treated[i] != 0;
    others[i] = !treated[i];
    eligible[i] = others[i] && c->selection[i] >= c->cut;
    out->n_treated += treated[i];
    out->n_eligible += eligible[i];
    change[i] = c->followup[i] - c->selection[i];
    variance += (c->selection[i] - mean) * (c->selection[i] - mean) / ((double)n - 1);
    if (treated[i]) chosen += c->selection[i];
  }
  out->selected_on_outcome = fabs(chosen / (double)out->n_treated - mean) > 0.5 * sqrt(variance);
  MUSTER_TRY(paired(c->selection, c->followup, treated, n, room, &out->before_after, err));
  MUSTER_TRY(apart(change, treated, others, n, room, &out->did_all, err));
  MUSTER_TRY(apart(change, treated, eligible, n, room, &out->did_eligible, err));
  MUSTER_TRY(ancova(c, treated, eligible, &out->ancova, err));
  out->improved_treated = improved(c, treated);
  out->improved_eligible = out->n_eligible ? improved(c, eligible) : NAN;
  if (c->earlier && variance > 0) return expect(c, treated, mean, variance, room, out, err);
  out->adjusted = out->against_earlier = UNKNOWN;
  out->slope = out->expected_change = NAN;
  return MUSTER_OK;
}

muster_status muster_rtm_study_of(const muster_rtm_columns *columns, muster_rtm_study *out, muster_error *err) {
  MUSTER_TRY(check(columns, err));
  *out = (muster_rtm_study){.n_treated = 0};
  size_t n = columns->n;
  double *room = muster_alloc(4 * n, sizeof *room);
  unsigned char *marks = muster_alloc(3 * n, 1);
  muster_status status =
      room && marks ? fill(columns, marks, marks + n, marks + 2 * n, room, out, err) : muster_fail_memory(err);
  muster_free(room);
  muster_free(marks);
  return status;
}
