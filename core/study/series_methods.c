/* Estimators of series and blocks: interrupted time series, synthetic controls; and the trend that is drawn. */
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
    for (size_t w = terms; w < fit->k; w++) {
      size_t column = w - terms;
      double angle = 2 * acos(-1.0) * (double)(column / 2 + 1) * ((double)t + 1) / (double)s->period;
      without += fit->beta[w] * (s->season_dummies ? t % s->period == column + 1
                                 : column % 2      ? cos(angle)
                                                   : sin(angle));
    }
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

static muster_status fit_series(study_job *job, const muster_part *part, const muster_its_series *s,
                                muster_error *err) {
  static const muster_its_errors kinds[] = {MUSTER_ITS_NEWEY_WEST, MUSTER_ITS_GLS, MUSTER_ITS_PRAIS_WINSTEN,
                                            MUSTER_ITS_IID};
  muster_its_errors errors = kinds[muster_part_choice(part, "errors")];
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
static void add_up(const study_job *job, bool treated, double *count, double *exposure) {
  const muster_panel *p = &job->panel;
  bool rate = job->data->rate[job->outcome];
  for (size_t i = 0; i < p->n_obs; i++) {
    if (isnan(p->cohort[p->unit[i]]) == treated) continue;
    double w = p->weight ? p->weight[i] : 1;
    count[p->time[i]] += rate ? w * p->y[i] : p->y[i];
    exposure[p->time[i]] += rate ? w : 1;
  }
  for (size_t t = 0; t < p->n_times; t++) count[t] = round(count[t] * 1e6) / 1e6;
}

static muster_status fit_rate(study_job *job, const muster_part *part, muster_its_series *s, muster_error *err) {
  size_t n = s->n;
  double *room = muster_alloc(4 * n, sizeof *room);
  if (!room) return muster_fail_memory(err);
  bool quasi = muster_part_choice(part, "family") == 1;
  add_up(job, true, room, room + n);
  s->y = room;
  s->exposure = room + n;
  if (s->control) {
    add_up(job, false, room + 2 * n, room + 3 * n);
    s->control = room + 2 * n;
    s->control_exposure = room + 3 * n;
  }
  muster_its fit = {0};
  muster_status status = muster_its_rate(s, quasi, &fit, err);
  if (status == MUSTER_OK) status = muster_its_rows(s, &fit, job->name, study_rows(job), err);
  if (status == MUSTER_OK) status = muster_guard_series(s, &fit, &job->finding->warnings, err);
  muster_its_free(&fit);
  muster_free(room);
  return status;
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
  bool comparison = series.control && muster_part_flag(part, "comparison", true);
  muster_its_series s = {.n = series.n,
                         .start = series.start,
                         .y = series.treated,
                         .control = comparison ? series.control : NULL,
                         .period = muster_part_count(part, "period", 0),
                         .harmonics = muster_part_count(part, "harmonics", 0),
                         .season_dummies = muster_part_flag(part, "season_levels", false),
                         .slope_change = muster_part_flag(part, "slope", true),
                         .level_lead = muster_part_number(part, "level_lead", 0)};
  muster_status status =
      muster_part_choice(part, "family") ? fit_rate(job, part, &s, err) : fit_series(job, part, &s, err);
  muster_series_free(&series);
  return status;
}

/* ---- synthetic controls ---- */

/* Rows of unit weights from `first` on say whose they are. */
static muster_status name_weights(study_job *job, size_t first, muster_error *err) {
  const muster_study_data *d = job->data;
  muster_estimates *rows = study_rows(job);
  for (size_t i = first; i < rows->count; i++) {
    muster_estimate *row = &rows->at[i];
    if (strcmp(row->term, "weight") != 0 || !(row->group >= 0 && row->group < (double)d->n_unit_names)) continue;
    const char *name = d->unit_name[(size_t)row->group];
    row->note = muster_arena_copy(&rows->arena, name ? name : "", name ? strlen(name) : 0);
    if (!row->note) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static muster_status with_block(study_job *job, const muster_part *part, bool sdid, muster_error *err) {
  muster_block block;
  MUSTER_TRY(muster_block_of(&job->panel, &block, err));
  const muster_panel *p = &job->panel;
  size_t first = study_rows(job)->count;
  muster_status status;
  if (sdid) {
    muster_sdid fit = {0};
    status = muster_sdid_fit(&block.panel, &fit, err);
    if (status == MUSTER_OK) status = muster_sdid_rows(&fit, p->times, p->unit_id, job->name, study_rows(job), err);
    muster_sdid_free(&fit);
  } else {
    muster_synthetic_control fit = {0};
    size_t treated = 0, rank = 0;
    double p_value = NAN;
    for (size_t u = 0; u < p->n_units; u++) treated += !isnan(p->cohort[u]);
    status = muster_synthetic_control_fit(&block.panel, &fit, err);
    if (status == MUSTER_OK && treated == 1 && p->n_units > 3 && muster_part_flag(part, "placebos", true)) {
      muster_placebo *placebos = muster_alloc(p->n_units, sizeof *placebos);
      status =
          placebos ? muster_synthetic_placebos(&block.panel, placebos, &rank, &p_value, err) : muster_fail_memory(err);
      muster_free(placebos);
    }
    if (status == MUSTER_OK)
      status = muster_synthetic_control_rows(&fit, block.panel.n_before, p->times, p->unit_id, rank, p_value, job->name,
                                             study_rows(job), err);
    muster_synthetic_control_free(&fit);
  }
  muster_block_free(&block);
  return status == MUSTER_OK ? name_weights(job, first, err) : status;
}

muster_status study_synthetic_control(study_job *job, const muster_part *part, muster_error *err) {
  return with_block(job, part, false, err);
}

muster_status study_sdid(study_job *job, const muster_part *part, muster_error *err) {
  return with_block(job, part, true, err);
}
