/* Which facts of a study go to which guard. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

enum { FEW_CLUSTERS = 40 };
static const double CLEAR = 0.01;

static bool has(const study_job *job, const char *name) {
  for (size_t i = 0; i < job->study->estimator_count; i++)
    if (strcmp(job->study->estimators[i].form->name, name) == 0) return true;
  return false;
}

bool study_any_compares(const study_job *job) {
  for (size_t i = 0; i < job->study->estimator_count; i++)
    if (study_compares(job, &job->study->estimators[i])) return true;
  return false;
}

static void drop(muster_warnings *list, muster_guard_id guard) {
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++)
    if (list->at[i].guard != guard) list->at[kept++] = list->at[i];
  list->count = kept;
}

/* Staggered starts matter to the estimators that average over them. */
static muster_status guard_staggered(study_job *job, muster_error *err) {
  muster_warnings *list = &job->finding->warnings;
  drop(list, MUSTER_GUARD_staggered);
  if (!has(job, "twfe") && !has(job, "event_study") && !has(job, "wild_bootstrap") && !has(job, "pairs_bootstrap"))
    return MUSTER_OK;
  muster_twfe_weighting weights = {0};
  muster_error ignored = {0};
  muster_status status = muster_twfe_weights(&job->panel, &weights, &ignored);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  return muster_guard_staggered(job->finding->n_starts, status == MUSTER_OK ? weights.negative : NAN, list, err);
}

/* With one or two treated clusters (or as few to compare with) errors by cluster are far too small: where nothing was
 * done four intervals in five miss zero. Permutation and synthetic controls do not lean on them. */
static bool leans_on_clusters(const char *estimator) {
  static const char *const names[] = {
      "twfe", "did", "event_study", "callaway_santanna", "imputation", "wild_bootstrap", "pairs_bootstrap", "counts"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(estimator, names[i]) == 0) return true;
  return false;
}

static void guard_too_few(study_job *job) {
  const muster_study_finding *f = job->finding;
  const muster_panel *p = &job->panel;
  size_t i = 0, pure = 0; /* clusters without anybody treated */
  while (i < job->study->estimator_count && !study_compares(job, &job->study->estimators[i])) i++;
  if (i == job->study->estimator_count || !leans_on_clusters(job->study->estimators[i].form->name)) return;
  pure = f->n_clusters - f->n_treated_clusters;
  if (p->reversible || f->n_starts > 1 || (f->n_treated_clusters > 2 && pure > 2) || !pure) return;
  for (size_t w = 0; w < f->warnings.count; w++)
    if (f->warnings.at[w].guard == MUSTER_GUARD_few_clusters)
      job->finding->warnings.at[w].severity = MUSTER_SEVERITY_SEVERE;
}

/* ---- dates of a register ---- */

static void dates_of(const muster_study_data *d, double first_start, muster_study_window *before,
                     muster_study_window *after) {
  *before = *after = (muster_study_window){MUSTER_NO_DATE, MUSTER_NO_DATE, 0, 0};
  for (size_t k = 0; k < d->n_periods; k++) {
    const muster_study_period *p = &d->period[k];
    muster_study_window *window = p->time < first_start ? before : after;
    if (p->from == MUSTER_NO_DATE) return;
    if (window->from == MUSTER_NO_DATE) *window = (muster_study_window){p->from, p->to, p->half_term, p->half_term};
    window->to = p->to;
    window->last_half_term = p->half_term;
  }
}

static muster_status guard_dates(study_job *job, bool comparison, muster_error *err) {
  const muster_study_data *d = job->data;
  muster_warnings *list = &job->finding->warnings;
  if (!d->from_register || !d->n_periods) return MUSTER_OK;
  double first = INFINITY;
  for (size_t u = 0; u < job->panel.n_units; u++)
    if (job->panel.cohort[u] < first) first = job->panel.cohort[u];
  muster_study_window before, after;
  dates_of(d, first, &before, &after);
  MUSTER_TRY(muster_guard_windows(&before, &after, comparison, false, list, err));
  MUSTER_TRY(muster_guard_codes(d->period[0].from, d->period[d->n_periods - 1].to, comparison, list, err));
  if (before.from == MUSTER_NO_DATE || after.from == MUSTER_NO_DATE) return MUSTER_OK;
  double years = ((double)after.from + after.to - before.from - before.to) / 2 / 365.2425;
  return muster_guard_ageing(years, comparison, list, err);
}

/* Outcomes that count who is beyond a line want periods of one length. */
static muster_status guard_lengths(study_job *job, muster_error *err) {
  const muster_study_data *d = job->data;
  if (!d->threshold[job->outcome] || !d->from_register || d->n_periods < 2) return MUSTER_OK;
  const muster_study_period *shortest = &d->period[0], *longest = &d->period[0];
  for (size_t k = 1; k < d->n_periods; k++) {
    const muster_study_period *p = &d->period[k];
    if (p->to - p->from < shortest->to - shortest->from) shortest = p;
    if (p->to - p->from > longest->to - longest->from) longest = p;
  }
  muster_study_window a = {shortest->from, shortest->to, 0, 0}, b = {longest->from, longest->to, 0, 0};
  muster_warnings only = {0};
  muster_status status = muster_guard_windows(&a, &b, true, true, &only, err);
  const muster_warning *found = muster_warnings_find(&only, MUSTER_GUARD_window_length);
  muster_warnings *list = &job->finding->warnings;
  if (status == MUSTER_OK && found) {
    if (MUSTER_GROW(list->at, list->capacity, list->count)) {
      list->at[list->count] = *found;
      if (job->finding->compared) list->at[list->count].severity = MUSTER_SEVERITY_CAUTION;
      list->count++;
    } else {
      status = muster_fail_memory(err);
    }
  }
  muster_warnings_free(&only);
  return status;
}

/* ---- second runs of the static model ---- */

muster_status study_static_effect(const muster_panel *panel, double *estimate, double *std_error, double *df,
                                  muster_error *err) {
  muster_regression_options options = {.outcome = ""};
  muster_coefficients fit;
  muster_error ignored = {0};
  *estimate = *std_error = NAN;
  muster_status status = muster_twfe_fit(panel, &options, &fit, &ignored);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status != MUSTER_OK) return MUSTER_OK;
  *estimate = fit.beta[0];
  *std_error = sqrt(fit.v[0]);
  *df = fit.df[0];
  muster_coefficients_free(&fit);
  return MUSTER_OK;
}

/* Possible sessions must not move with the treatment. */
static muster_status guard_denominator(study_job *job, muster_error *err) {
  const muster_study_data *d = job->data;
  if (!d->possible || !study_any_compares(job)) return MUSTER_OK;
  muster_columns columns = {.n = d->n,
                            .unit = d->unit,
                            .time = d->time,
                            .y = d->possible,
                            .cluster = d->cluster,
                            .cohort = d->cohort,
                            .treated = d->treated};
  muster_panel panel = {0};
  muster_status status = muster_panel_build(&columns, &panel, err);
  double estimate, std_error, df = INFINITY;
  if (status == MUSTER_OK) status = study_static_effect(&panel, &estimate, &std_error, &df, err);
  if (status == MUSTER_OK && !isnan(estimate))
    status = muster_guard_placebo("possible sessions of a unit and period", estimate, std_error, df,
                                  &job->finding->warnings, err);
  muster_panel_free(&panel);
  return status;
}

static bool stayed(const muster_panel *p, size_t u, double start) {
  bool before = false, after = false;
  for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
    if (p->times[p->time[i]] < start)
      before = true;
    else
      after = true;
  }
  return before && after;
}

/* `out` stays empty where nobody stayed, or everybody. */
static muster_status stayers_of(const muster_panel *p, muster_panel *out, muster_error *err) {
  double first = INFINITY;
  size_t stayers = 0;
  *out = (muster_panel){0};
  for (size_t u = 0; u < p->n_units; u++)
    if (p->cohort[u] < first) first = p->cohort[u];
  unsigned char *keep = muster_alloc(p->n_units, 1);
  if (!keep) return muster_fail_memory(err);
  for (size_t u = 0; u < p->n_units; u++) stayers += keep[u] = stayed(p, u, isnan(p->cohort[u]) ? first : p->cohort[u]);
  muster_status status = stayers && stayers < p->n_units ? muster_panel_of_units(p, keep, out, err) : MUSTER_OK;
  muster_free(keep);
  return status;
}

/* Leavers and joiners: does the estimate hold among those who were there throughout. */
static muster_status guard_stayers(study_job *job, muster_error *err) {
  const muster_panel *p = &job->panel;
  if (p->balanced || job->data->cross_section || !study_any_compares(job)) return MUSTER_OK;
  muster_panel stayers;
  MUSTER_TRY(stayers_of(p, &stayers, err));
  muster_composition facts = {.estimate_all = NAN};
  double ignored, df;
  muster_status status = MUSTER_OK;
  if (stayers.n_obs) {
    status = study_static_effect(p, &facts.estimate_all, &facts.std_error_all, &df, err);
    if (status == MUSTER_OK) status = study_static_effect(&stayers, &facts.estimate_stayers, &ignored, &df, err);
    if (status == MUSTER_OK && !isnan(facts.estimate_all) && !isnan(facts.estimate_stayers))
      status = muster_guard_composition(&facts, &job->finding->warnings, err);
  }
  muster_panel_free(&stayers);
  return status;
}

/* ---- in all ---- */

muster_status study_guard_before(study_job *job, muster_error *err) {
  muster_study_finding *f = job->finding;
  bool comparison = f->compared;
  MUSTER_TRY(muster_guard_panel(&job->panel, &f->warnings, err));
  guard_too_few(job);
  MUSTER_TRY(guard_staggered(job, err));
  if (has(job, "before_after") && !study_any_compares(job) &&
      !muster_warnings_find(&f->warnings, MUSTER_GUARD_no_comparison))
    MUSTER_TRY(muster_guard_no_comparison(false, &f->warnings, err));
  MUSTER_TRY(guard_dates(job, comparison && study_any_compares(job), err));
  MUSTER_TRY(guard_lengths(job, err));
  MUSTER_TRY(guard_denominator(job, err));
  MUSTER_TRY(study_guard_codes(job, err));
  return guard_stayers(job, err);
}

/* One test in twenty fails where nothing is wrong, and on few clusters far more: only a clear failure overturns. */
static void soften(muster_warning *warning, double p, size_t n_clusters) {
  if (warning->guard != MUSTER_GUARD_pretrend || (p < CLEAR && n_clusters >= FEW_CLUSTERS)) return;
  warning->severity = MUSTER_SEVERITY_CAUTION;
  if (n_clusters >= FEW_CLUSTERS) return;
  size_t n = strlen(warning->says);
  snprintf(warning->says + n, sizeof warning->says - n, "; with %zu clusters this test rejects too often", n_clusters);
}

/* Intervals that the bench of known truth (docs/studies.md) found too narrow at the sizes of many a study. */
enum { MANY_CLUSTERS = 100, LONG_SERIES = 104 };

static muster_status guard_narrow(study_job *job, muster_error *err) {
  const muster_study_finding *f = job->finding;
  muster_warnings *list = &job->finding->warnings;
  char what[160];
  static const char *const plain[] = {"callaway_santanna", "imputation"};
  for (size_t i = 0; i < 2; i++) {
    if (!has(job, plain[i]) || f->n_clusters >= MANY_CLUSTERS) continue;
    snprintf(what, sizeof what, "%s has no small-sample factor, and there are %zu clusters (measured with 40)",
             plain[i], f->n_clusters);
    MUSTER_TRY(muster_guard_narrow(what, 87, 92, list, err));
  }
  if (has(job, "its") && job->finding->compared && f->n_times < LONG_SERIES) {
    snprintf(what, sizeof what, "its_controlled on %zu times (measured with 40)", f->n_times);
    MUSTER_TRY(muster_guard_narrow(what, 82, 88, list, err));
  }
  const muster_estimates *rows = &job->results->estimates;
  for (size_t i = f->first; i < f->first + f->count; i++) {
    if (strcmp(rows->at[i].estimator, "matching") != 0 || strcmp(rows->at[i].term, "treated") != 0 ||
        !strstr(rows->at[i].note, "read treated_adjusted"))
      continue;
    return muster_guard_narrow("the plain difference of matched pairs (matching, treated)", 63, 74, list, err);
  }
  return MUSTER_OK;
}

/* What the estimators found about the time before the start. */
muster_status study_guard_after(study_job *job, muster_error *err) {
  muster_study_finding *f = job->finding;
  const muster_estimates *list = &job->results->estimates;
  double p = NAN, detectable = NAN;
  for (size_t i = f->first; i < f->first + f->count; i++) {
    const muster_estimate *row = &list->at[i];
    bool test = strcmp(row->term, "pretrend") == 0 || strcmp(row->term, "pretest") == 0;
    if (test && isnan(p)) p = row->p_value;
    if (strcmp(row->term, "pretrend_slope_mde") == 0) detectable = fabs(row->estimate);
  }
  f->pretrend_p = p;
  double estimate = f->primary < list->count ? list->at[f->primary].estimate : NAN;
  size_t before = f->warnings.count;
  MUSTER_TRY(muster_guard_pretrend(p, isnan(estimate) ? NAN : detectable, estimate, &f->warnings, err));
  if (f->warnings.count > before) soften(&f->warnings.at[f->warnings.count - 1], p, f->n_clusters);
  return guard_narrow(job, err);
}
