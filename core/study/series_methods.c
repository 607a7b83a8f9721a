/* Interrupted time series; and the trend that is drawn. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

/* ---- the trend ---- */

muster_status study_trend(study_job *job, muster_error *err) {
  const muster_panel *p = &job->panel;
  muster_study_trend *t = &job->finding->trend;
  size_t n = p->n_times;
  double *sums = muster_arena_alloc(&job->results->arena, 5 * n * sizeof *sums);
  if (!sums) return muster_fail_memory(err);
  *t = (muster_study_trend){.n = n, .time = sums, .treated = sums + n, .start = n};
  bool comparison = false;
  for (size_t i = 0; i < p->n_obs; i++) {
    bool never = isnan(p->cohort[p->unit[i]]);
    double w = p->weight ? p->weight[i] : 1;
    sums[(1 + never) * n + p->time[i]] += w * p->y[i];
    sums[(3 + never) * n + p->time[i]] += w;
    comparison = comparison || never;
  }
  for (size_t k = 0; k < n; k++) {
    t->time[k] = p->times[k];
    sums[n + k] /= sums[3 * n + k];
    sums[2 * n + k] /= sums[4 * n + k];
  }
  if (comparison) t->comparison = sums + 2 * n;
  uint32_t start;
  muster_error ignored = {0};
  if (muster_panel_start(p, &start, &ignored) == MUSTER_OK) t->start = start;
  return MUSTER_OK;
}

/* ---- interrupted time series ---- */

/* What the model says of each period, and what it would say without the start: for the picture. */
static muster_status keep_paths(study_job *job, const muster_its_series *s, const muster_its *fit, muster_error *err) {
  muster_study_trend *trend = &job->finding->trend;
  double *paths = muster_arena_alloc(&job->results->arena, 2 * s->n * sizeof *paths);
  if (!paths) return muster_fail_memory(err);
  size_t terms = s->slope_change ? 4 : 3;
  for (size_t t = 0; t < s->n; t++) {
    double without = fit->beta[MUSTER_ITS_CONSTANT] + fit->beta[MUSTER_ITS_TREND] * ((double)t + 1);
    for (size_t w = terms; w < fit->k; w++) without += fit->beta[w] * muster_its_season(s, w - terms, t);
    double change = 0;
    if (t >= s->start) {
      change = fit->beta[MUSTER_ITS_LEVEL];
      if (s->slope_change) change += fit->beta[MUSTER_ITS_SLOPE] * ((double)t - (double)s->start + s->level_lead);
    }
    double shift = s->control ? s->control[t] : 0;
    paths[t] = without + change + shift;
    paths[s->n + t] = without + shift;
  }
  trend->fitted = paths;
  trend->expected = paths + s->n;
  return MUSTER_OK;
}

static muster_status second_error(study_job *job, const muster_its_series *s, const char *name, muster_error *err) {
  muster_its fit = {0};
  muster_error ignored = {0};
  muster_status status = muster_its_fit(s, MUSTER_ITS_GLS, 0, &fit, &ignored);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status != MUSTER_OK) return MUSTER_OK; /* a fit that does not settle is no second opinion */
  muster_estimate row = muster_estimate_blank(name, job->name, "level_ar1");
  muster_estimate_fill(&row, fit.beta[MUSTER_ITS_LEVEL], fit.std_error[MUSTER_ITS_LEVEL], fit.df, 0.95);
  row.n_obs = s->n;
  row.note = fit.note;
  status = muster_estimates_add(study_rows(job), &row, err);
  muster_its_free(&fit);
  return status;
}

/* With a change of slope, the change at the last period is read by the same model with its level moved there. */
static muster_status change_at_end(study_job *job, const muster_its_series *s, muster_its_errors errors, size_t lag,
                                   const char *name, muster_error *err) {
  muster_its_series moved = *s;
  moved.level_lead = (double)s->start - ((double)s->n - 1);
  muster_its fit = {0};
  MUSTER_TRY(muster_its_fit(&moved, errors, lag, &fit, err));
  muster_estimate row = muster_estimate_blank(name, job->name, "end");
  muster_estimate_fill(&row, fit.beta[MUSTER_ITS_LEVEL], fit.std_error[MUSTER_ITS_LEVEL], fit.df, 0.95);
  row.n_obs = s->n;
  row.note = fit.note;
  muster_status status = muster_estimates_add(study_rows(job), &row, err);
  muster_its_free(&fit);
  return status;
}

static muster_status placebo_starts(study_job *job, const muster_its_series *s, const char *name, double level,
                                    muster_error *err) {
  muster_its_placebo placebo = {0};
  muster_error ignored = {0};
  muster_status status = muster_its_placebos(s, 3, &placebo, &ignored);
  if (status == MUSTER_MEMORY) return muster_fail_memory(err);
  if (status != MUSTER_OK || !placebo.n_placebos) return MUSTER_OK;
  char note[120];
  snprintf(note, sizeof note, "permutation in time: %zu of %zu other starts before the true one gave as large a change",
           placebo.n_as_large, placebo.n_placebos);
  muster_estimate row = muster_estimate_blank(name, job->name, "level_placebo");
  row.estimate = level;
  row.p_value = placebo.p_value;
  row.n_obs = s->n;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_its_errors error_kind(const muster_part *part) {
  static const muster_its_errors kinds[] = {MUSTER_ITS_NEWEY_WEST, MUSTER_ITS_GLS, MUSTER_ITS_PRAIS_WINSTEN,
                                            MUSTER_ITS_IID};
  return kinds[muster_part_choice(part, "errors")];
}

static muster_status fit_series(study_job *job, const muster_part *part, const muster_its_series *s,
                                muster_error *err) {
  muster_its_errors errors = error_kind(part);
  const char *name = s->control ? "its_controlled" : "its";
  size_t lag = muster_part_count(part, "lag", muster_its_lag(s->n, s->harmonics || s->season_dummies ? s->period : 0));
  muster_its fit = {0};
  MUSTER_TRY(muster_its_fit(s, errors, lag, &fit, err));
  muster_status status = muster_its_rows(s, &fit, job->name, study_rows(job), err);
  if (status == MUSTER_OK && s->slope_change) status = change_at_end(job, s, errors, lag, name, err);
  if (status == MUSTER_OK && errors != MUSTER_ITS_GLS) status = second_error(job, s, name, err);
  if (status == MUSTER_OK && muster_part_flag(part, "placebos", true))
    status = placebo_starts(job, s, name, fit.beta[MUSTER_ITS_LEVEL], err);
  if (status == MUSTER_OK) status = muster_guard_series(s, &fit, &job->finding->warnings, err);
  if (status == MUSTER_OK) status = keep_paths(job, s, &fit, err);
  muster_its_free(&fit);
  return status;
}

/* Sums of the treated, or of the never treated, by time: counts and what they were counted from. */
static void add_up(const study_job *job, const muster_panel *p, bool treated, double *count, double *exposure) {
  bool rate = job->data->rate[job->outcome];
  for (size_t i = 0; i < p->n_obs; i++) {
    if (isnan(p->cohort[p->unit[i]]) == treated) continue;
    double w = p->weight ? p->weight[i] : 1;
    count[p->time[i]] += rate ? w * p->y[i] : p->y[i];
    exposure[p->time[i]] += rate ? w : 1;
  }
  for (size_t t = 0; t < p->n_times; t++) count[t] = round(count[t] * 1e6) / 1e6;
}

/* Counts and exposures behind the series, into `room` [4][n]. */
static void count_series(const study_job *job, const muster_panel *p, muster_its_series *s, double *room) {
  size_t n = s->n;
  add_up(job, p, true, room, room + n);
  s->y = room;
  s->exposure = room + n;
  if (!s->control) return;
  add_up(job, p, false, room + 2 * n, room + 3 * n);
  s->control = room + 2 * n;
  s->control_exposure = room + 3 * n;
}

/* Is the change of trend needed: the same model without it, by the drop in deviance. */
static muster_status slope_test(study_job *job, const muster_its_series *s, bool quasi, const muster_its *larger,
                                muster_error *err) {
  if (!s->slope_change || s->control) return MUSTER_OK;
  muster_its_series level_only = *s;
  muster_its smaller = {0};
  level_only.slope_change = false;
  MUSTER_TRY(muster_its_rate(&level_only, quasi, &smaller, err));
  muster_estimate row = muster_estimate_blank("its", job->name, "slope_test");
  char note[160];
  muster_status status = muster_its_compare(&smaller, larger, &row.estimate, &row.p_value, err);
  if (status == MUSTER_OK) {
    row.df = larger->df;
    row.n_obs = s->n;
    snprintf(note, sizeof note,
             "F(%g, %g) of the change of slope: drop in deviance over the dispersion of the model with it",
             smaller.df - larger->df, larger->df);
    row.note = note;
    status = muster_estimates_add(study_rows(job), &row, err);
  }
  muster_its_free(&smaller);
  return status;
}

static muster_status fit_rate(study_job *job, const muster_part *part, muster_its_series *s, muster_error *err) {
  double *room = muster_alloc(4 * s->n, sizeof *room);
  if (!room) return muster_fail_memory(err);
  bool quasi = muster_part_choice(part, "family") == 1;
  count_series(job, &job->panel, s, room);
  muster_its fit = {0};
  muster_status status = muster_its_rate(s, quasi, &fit, err);
  if (status == MUSTER_OK) status = muster_its_rows(s, &fit, job->name, study_rows(job), err);
  if (status == MUSTER_OK) status = slope_test(job, s, quasi, &fit, err);
  if (status == MUSTER_OK) status = muster_guard_series(s, &fit, &job->finding->warnings, err);
  muster_its_free(&fit);
  muster_free(room);
  return status;
}

/* The model that the part asks for, on these series. */
static muster_its_series model_of(const muster_part *part, const muster_series *series) {
  bool comparison = series->control && muster_part_flag(part, "comparison", true);
  return (muster_its_series){.n = series->n,
                             .start = series->start,
                             .y = series->treated,
                             .control = comparison ? series->control : NULL,
                             .period = muster_part_count(part, "period", 0),
                             .harmonics = muster_part_count(part, "harmonics", 0),
                             .season_dummies = muster_part_flag(part, "season_levels", false),
                             .slope_change = muster_part_flag(part, "slope", true),
                             .level_lead = muster_part_number(part, "level_lead", 0)};
}

muster_status study_its(study_job *job, const muster_part *part, muster_error *err) {
  bool season = muster_part_given(part, "harmonics") || muster_part_flag(part, "season_levels", false);
  if (season && !muster_part_given(part, "period")) {
    muster_fail(err, MUSTER_PACK, "its has a season and no period");
    muster_error_expected(err, "period = 39 for school weeks, 6 for half terms, 12 for months");
    return MUSTER_PACK;
  }
  muster_series series;
  MUSTER_TRY(muster_series_of(&job->panel, &series, err));
  muster_its_series s = model_of(part, &series);
  muster_status status =
      muster_part_choice(part, "family") ? fit_rate(job, part, &s, err) : fit_series(job, part, &s, err);
  muster_series_free(&series);
  return status;
}

muster_status study_its_level(const study_job *job, const muster_part *part, const muster_panel *panel, double *level,
                              muster_error *err) {
  muster_series series;
  if (panel->n_times != job->panel.n_times)
    return muster_fail(err, MUSTER_DATA, "nobody is seen in %zu of %zu times", job->panel.n_times - panel->n_times,
                       job->panel.n_times);
  MUSTER_TRY(muster_series_of(panel, &series, err));
  muster_its_series s = model_of(part, &series);
  muster_its fit = {0};
  double *room = NULL;
  muster_status status = MUSTER_OK;
  if (!s.control) {
    status = muster_fail(err, MUSTER_DATA, "there is no comparison series");
  } else if (muster_part_choice(part, "family")) {
    room = muster_alloc(4 * s.n, sizeof *room);
    if (room) count_series(job, panel, &s, room);
    status = room ? muster_its_rate(&s, false, &fit, err) : muster_fail_memory(err);
  } else { /* Newey-West and independent errors have the same estimate */
    muster_its_errors errors = error_kind(part);
    status = muster_its_fit(&s, errors == MUSTER_ITS_NEWEY_WEST ? MUSTER_ITS_IID : errors, 0, &fit, err);
  }
  if (status == MUSTER_OK) *level = fit.beta[MUSTER_ITS_LEVEL];
  muster_its_free(&fit);
  muster_free(room);
  muster_series_free(&series);
  return status;
}
