/* Guards on when was compared: season, half terms, codes, trends before the start, series. */
#include <math.h>
#include <stdlib.h>

#include "guard.h"

/** Days by which `a` must move to fall on the same day of the year as `b`: -182 .. 182. */
static int days_off_season(muster_date a, muster_date b) {
  double years = round((b - a) / 365.2425);
  return (int)lround((b - a) - years * 365.2425);
}

static bool known(const muster_study_window *w) { return w->from != MUSTER_NO_DATE && w->to != MUSTER_NO_DATE; }

static muster_status check_season(const muster_study_window *before, const muster_study_window *after,
                                  bool has_comparison, muster_warnings *list, muster_error *err) {
  int start = days_off_season(before->from, after->from), end = days_off_season(before->to, after->to);
  if (abs(start) <= 10 && abs(end) <= 10) return MUSTER_OK;
  char a[MUSTER_DATE_TEXT], b[MUSTER_DATE_TEXT], c[MUSTER_DATE_TEXT], d[MUSTER_DATE_TEXT];
  return muster_warn(list, err, MUSTER_GUARD_season, has_comparison ? MUSTER_SEVERITY_NOTE : MUSTER_SEVERITY_SEVERE,
                     "%s to %s is compared with %s to %s: other weeks of the school year%s",
                     muster_date_format(before->from, a), muster_date_format(before->to, b),
                     muster_date_format(after->from, c), muster_date_format(after->to, d),
                     has_comparison ? "; the comparison group carries the season" : "");
}

muster_status muster_guard_windows(const muster_study_window *before, const muster_study_window *after,
                                   bool has_comparison, bool threshold_outcome, muster_warnings *list,
                                   muster_error *err) {
  if (before->first_half_term && after->first_half_term && before->last_half_term && after->last_half_term &&
      (before->first_half_term != after->first_half_term || before->last_half_term != after->last_half_term))
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_half_terms,
                           has_comparison ? MUSTER_SEVERITY_NOTE : MUSTER_SEVERITY_CAUTION,
                           "half terms %d to %d are compared with half terms %d to %d", before->first_half_term,
                           before->last_half_term, after->first_half_term, after->last_half_term));
  if (!known(before) || !known(after)) return MUSTER_OK;
  if (before->from > before->to || after->from > after->to) {
    muster_fail(err, MUSTER_DATA, "a window ends before it begins");
    muster_error_todo(err, "give the first and the last day of each window");
    return MUSTER_DATA;
  }
  MUSTER_TRY(check_season(before, after, has_comparison, list, err));
  int first = before->to - before->from + 1, second = after->to - after->from + 1;
  if (threshold_outcome && abs(first - second) * 10 > (first > second ? first : second))
    return muster_warn(list, err, MUSTER_GUARD_window_length, MUSTER_SEVERITY_SEVERE,
                       "a threshold is counted over %d days before and %d days after", first, second);
  return MUSTER_OK;
}

muster_status muster_guard_codes(muster_date from, muster_date to, bool has_comparison, muster_warnings *list,
                                 muster_error *err) {
  if (from == MUSTER_NO_DATE || to == MUSTER_NO_DATE) return MUSTER_OK;
  muster_severity severity = has_comparison ? MUSTER_SEVERITY_NOTE : MUSTER_SEVERITY_SEVERE;
  muster_date new_set = muster_date_of(2024, 8, 19);
  if (from < new_set && to >= new_set)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_code_change, severity,
                           "the national codes changed on 19 August 2024: interviews (J, now J1) became absence, Y was "
                           "split into Y1 to Y7, and K, C1, C2 and Q are new"));
  muster_date covid_from = muster_date_of(2020, 8, 1), covid_to = muster_date_of(2022, 7, 31);
  if (to < covid_from || from > covid_to) return MUSTER_OK;
  return muster_warn(
      list, err, MUSTER_GUARD_code_change, severity,
      "in 2020/21 and 2021/22 code X also meant not attending because of COVID: possible, but no absence "
      "in national figures");
}

muster_status muster_guard_pretrend(double p_value, double detectable, double estimate, muster_warnings *list,
                                    muster_error *err) {
  if (isnan(p_value)) return MUSTER_OK;
  if (p_value < 0.05)
    return muster_warn(list, err, MUSTER_GUARD_pretrend, MUSTER_SEVERITY_SEVERE,
                       "the groups differed before the start (p %.2g)", p_value);
  if (isnan(detectable))
    return muster_warn(list, err, MUSTER_GUARD_pretrend_weak, MUSTER_SEVERITY_NOTE,
                       "no difference was found before the start (p %.2g)", p_value);
  bool blind = fabs(detectable) >= fabs(estimate);
  return muster_warn(
      list, err, MUSTER_GUARD_pretrend_weak, blind ? MUSTER_SEVERITY_CAUTION : MUSTER_SEVERITY_NOTE,
      "no difference was found before the start (p %.2g), but a drift below %.4g would have been missed%s", p_value,
      fabs(detectable), blind ? ", which is as large as the estimate itself" : "");
}

muster_status muster_guard_series(const muster_its_series *series, const muster_its *fit, muster_warnings *list,
                                  muster_error *err) {
  bool season = series->harmonics || series->season_dummies;
  if (season && series->start < 2 * series->period)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_short_series, MUSTER_SEVERITY_CAUTION,
                           "%zu periods before the start carry a season of %zu", series->start, series->period));
  if (!season && !series->control)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_season, MUSTER_SEVERITY_SEVERE,
                           "the series has neither a season nor a comparison series"));
  if (!series->control)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_no_comparison, MUSTER_SEVERITY_CAUTION,
                           "one series alone: whatever else changed at the start is in the estimate"));
  double memory = 2 / sqrt((double)series->n);
  if (fit && fabs(fit->rho) > memory)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_memory, MUSTER_SEVERITY_CAUTION,
                           "neighbouring periods are correlated by %.2f after the model", fit->rho));
  return MUSTER_OK;
}
