/* Guards on who was compared and how many: clusters, selection, support, balance, roll. */
#include "muster/impact/guards.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "guard.h"
#include "muster/impact/distribution.h"

static const struct {
  const char *id, *means, *todo;
} GUARDS[MUSTER_GUARDS] = {
#define XX(name, means, todo) {#name, means, todo},
    MUSTER_GUARD_MAP(XX)
#undef XX
};

muster_status muster_warn(muster_warnings *list, muster_error *err, muster_guard_id guard, muster_severity severity,
                          const char *says, ...) {
  if (!MUSTER_GROW(list->at, list->capacity, list->count)) return muster_fail_memory(err);
  muster_warning *warning = &list->at[list->count++];
  *warning = (muster_warning){.guard = guard,
                              .id = GUARDS[guard].id,
                              .severity = severity,
                              .means = GUARDS[guard].means,
                              .todo = GUARDS[guard].todo};
  va_list args;
  va_start(args, says);
  vsnprintf(warning->says, sizeof warning->says, says, args);
  va_end(args);
  return MUSTER_OK;
}

void muster_warnings_free(muster_warnings *list) {
  muster_free(list->at);
  *list = (muster_warnings){.count = 0};
}

const char *muster_severity_text(muster_severity severity) {
  static const char *const texts[] = {"note", "caution", "severe"};
  return (size_t)severity < sizeof texts / sizeof *texts ? texts[severity] : "unknown";
}

bool muster_warnings_severe(const muster_warnings *list) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].severity == MUSTER_SEVERITY_SEVERE) return true;
  return false;
}

const muster_warning *muster_warnings_find(const muster_warnings *list, muster_guard_id guard) {
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].guard == guard) return &list->at[i];
  return NULL;
}

void muster_warnings_csv(const muster_warnings *list, const char *study, muster_buf *out) {
  for (size_t i = 0; i < list->count; i++) {
    const muster_warning *w = &list->at[i];
    const char *cells[] = {study, w->id, muster_severity_text(w->severity), w->says, w->means, w->todo};
    for (size_t c = 0; c < sizeof cells / sizeof *cells; c++) {
      if (c) muster_buf_putc(out, ',');
      muster_buf_csv(out, muster_text_of(cells[c]));
    }
    muster_buf_putc(out, '\n');
  }
}

double muster_smallest_p(size_t treated, size_t control) {
  double assignments = 1;
  size_t fewer = treated < control ? treated : control, all = treated + control;
  for (size_t i = 1; i <= fewer; i++) assignments *= (double)(all - fewer + i) / (double)i;
  double p = (treated == control ? 2 : 1) / assignments;
  return p < 1 ? p : 1;
}

muster_status muster_guard_clusters(size_t treated, size_t control, muster_warnings *list, muster_error *err) {
  size_t all = treated + control;
  double p = muster_smallest_p(treated, control);
  if (!treated || !control)
    return muster_warn(list, err, MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_SEVERE,
                       "%zu treated and %zu comparison clusters: there is nothing to compare", treated, control);
  if (all < 10 || treated <= 5 || control <= 5)
    return muster_warn(list, err, MUSTER_GUARD_few_clusters,
                       p > 0.05 ? MUSTER_SEVERITY_SEVERE : MUSTER_SEVERITY_CAUTION,
                       "%zu treated and %zu comparison clusters; the smallest p-value a permutation test can reach is "
                       "%.3g%s",
                       treated, control, p, p > 0.05 ? ", so 5% significance is out of reach" : "");
  if (all < 40)
    return muster_warn(list, err, MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_CAUTION,
                       "%zu clusters (%zu treated): fewer than 40", all, treated);
  return MUSTER_OK;
}

muster_status muster_guard_narrow(const char *what, int least, int most, muster_warnings *list, muster_error *err) {
  return muster_warn(list, err, MUSTER_GUARD_narrow_intervals, MUSTER_SEVERITY_CAUTION,
                     "%s: intervals meant to hold a known truth in 95 of 100 studies held it in %d to %d", what, least, most);
}

muster_status muster_guard_no_comparison(bool has_comparison, muster_warnings *list, muster_error *err) {
  if (has_comparison) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_no_comparison, MUSTER_SEVERITY_SEVERE,
                     "before and after without a comparison group is no evidence of effect");
}

muster_status muster_guard_selection(double treated, double comparison, double all, double sd, double expected_change,
                                     muster_warnings *list, muster_error *err) {
  double away = fabs(treated - all), other = isnan(comparison) ? 0 : fabs(comparison - all);
  if (!(sd > 0) || !(away > other + 0.1 * sd)) return MUSTER_OK;
  char expected[80] = "";
  if (!isnan(expected_change))
    snprintf(expected, sizeof expected, "; with no effect at all a change of %+.4g was to be expected",
             expected_change);
  return muster_warn(list, err, MUSTER_GUARD_selected_on_outcome, MUSTER_SEVERITY_SEVERE,
                     "the treated stood %.2f standard deviations from all pupils before the start, the comparison "
                     "%.2f%s",
                     away / sd, other / sd, expected);
}

muster_status muster_guard_ageing(double years_older, bool comparison_ages_alike, muster_warnings *list,
                                  muster_error *err) {
  if (!(fabs(years_older) >= 0.5) || comparison_ages_alike) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_ageing, MUSTER_SEVERITY_CAUTION,
                     "the same pupils are compared %.1f years apart", years_older);
}

muster_status muster_guard_support(const muster_matches *matches, muster_warnings *list, muster_error *err) {
  double share = (double)matches->n_pairs / (double)matches->n_treated;
  if (share < 0.9)
    MUSTER_TRY(muster_warn(
        list, err, MUSTER_GUARD_thin_support, share < 0.5 ? MUSTER_SEVERITY_SEVERE : MUSTER_SEVERITY_CAUTION,
        "%zu of %zu treated could be matched (%.0f%%)", matches->n_pairs, matches->n_treated, 100 * share));
  if (matches->effective < 20 || matches->effective < (double)matches->n_pairs / 4)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_thin_support, MUSTER_SEVERITY_CAUTION,
                           "%zu treated lean on %zu comparison rows that count as %.1f", matches->n_pairs,
                           matches->n_controls, matches->effective));
  if (matches->replacement && (double)matches->n_tied > 0.1 * (double)matches->n_pairs)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_thin_support, MUSTER_SEVERITY_NOTE,
                           "%zu of %zu treated had tied nearest neighbours; the lowest row was taken", matches->n_tied,
                           matches->n_pairs));
  return MUSTER_OK;
}

muster_status muster_guard_balance(const muster_balance *rows, size_t n, muster_warnings *list, muster_error *err) {
  size_t worst = 0, beyond = 0;
  double most = -1;
  for (size_t i = 0; i < n; i++) {
    double apart = isnan(rows[i].smd) ? INFINITY : fabs(rows[i].smd); /* no spread to measure it by */
    beyond += apart > 0.1;
    if (apart <= most) continue;
    most = apart;
    worst = i;
  }
  if (!beyond) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_balance, most <= 0.25 ? MUSTER_SEVERITY_CAUTION : MUSTER_SEVERITY_SEVERE,
                     "%zu of %zu covariates differ by more than 0.1 standard deviations; the worst is %.60s with %.2f",
                     beyond, n, rows[worst].covariate, rows[worst].smd);
}

muster_status muster_guard_cells(size_t smallest, const char *what, muster_warnings *list, muster_error *err) {
  if (smallest >= 10) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_small_cells, MUSTER_SEVERITY_CAUTION, "fewer than 10 in %.120s", what);
}

muster_status muster_guard_placebo(const char *what, double estimate, double std_error, double df,
                                   muster_warnings *list, muster_error *err) {
  if (!(std_error > 0)) return MUSTER_OK;
  double p = muster_t_p(estimate / std_error, df);
  if (!(p < 0.05)) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_denominator, p < 0.001 ? MUSTER_SEVERITY_SEVERE : MUSTER_SEVERITY_CAUTION,
                     "%.100s moved with the treatment by %.4g (standard error %.3g, p %.2g)", what, estimate, std_error,
                     p);
}

muster_status muster_guard_composition(const muster_composition *facts, muster_warnings *list, muster_error *err) {
  double left[2], joined[2];
  for (int arm = 0; arm < 2; arm++) {
    double before = (double)(facts->stayers[arm] + facts->leavers[arm]);
    double after = (double)(facts->stayers[arm] + facts->joiners[arm]);
    left[arm] = before > 0 ? (double)facts->leavers[arm] / before : 0;
    joined[arm] = after > 0 ? (double)facts->joiners[arm] / after : 0;
  }
  if (fabs(left[1] - left[0]) > 0.02 || fabs(joined[1] - joined[0]) > 0.02)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_composition, MUSTER_SEVERITY_CAUTION,
                           "%.1f%% of the treated and %.1f%% of the comparison left; %.1f%% and %.1f%% joined",
                           100 * left[1], 100 * left[0], 100 * joined[1], 100 * joined[0]));
  double gap[2] = {facts->leaver_baseline[0] - facts->stayer_baseline[0],
                   facts->leaver_baseline[1] - facts->stayer_baseline[1]};
  double scale = fmax(fabs(facts->stayer_baseline[0]), fabs(facts->stayer_baseline[1]));
  if (facts->leavers[0] && facts->leavers[1] && fabs(gap[1] - gap[0]) > 0.25 * scale)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_composition, MUSTER_SEVERITY_CAUTION,
                           "leavers stood %+.4g from stayers among the treated and %+.4g in the comparison", gap[1],
                           gap[0]));
  double apart = fabs(facts->estimate_all - facts->estimate_stayers);
  if (apart > facts->std_error_all)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_composition, MUSTER_SEVERITY_SEVERE,
                           "the estimate is %.4g for all pupils and %.4g for stayers", facts->estimate_all,
                           facts->estimate_stayers));
  return MUSTER_OK;
}

muster_status muster_guard_attrition(const muster_attrition *facts, muster_warnings *list, muster_error *err) {
  bool uneven = fabs(facts->difference) > 0.05;
  if (!uneven && facts->overall <= 0.2) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_attrition, uneven ? MUSTER_SEVERITY_SEVERE : MUSTER_SEVERITY_CAUTION,
                     "outcomes are missing for %.1f%% of the treated and %.1f%% of the comparison",
                     100 * facts->lost[1], 100 * facts->lost[0]);
}

muster_status muster_guard_staggered(size_t n_starts, double negative, muster_warnings *list, muster_error *err) {
  if (n_starts < 2) return MUSTER_OK;
  char weights[64] = "";
  if (!isnan(negative)) snprintf(weights, sizeof weights, "; negative weights sum to %.3f", negative);
  return muster_warn(list, err, MUSTER_GUARD_staggered, MUSTER_SEVERITY_CAUTION, "%zu different starts%s", n_starts,
                     weights);
}

muster_status muster_guard_baseline_gap(double gap, double sd, muster_warnings *list, muster_error *err) {
  if (!(sd > 0) || !(fabs(gap) > 0.1 * sd)) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_baseline_gap, MUSTER_SEVERITY_NOTE,
                     "the groups stood %.2f standard deviations apart before the start", gap / sd);
}

muster_status muster_guard_instrument(double first_stage_f, muster_warnings *list, muster_error *err) {
  if (!(first_stage_f < 10)) return MUSTER_OK;
  return muster_warn(list, err, MUSTER_GUARD_weak_instrument, MUSTER_SEVERITY_SEVERE, "first-stage F is %.1f",
                     first_stage_f);
}
