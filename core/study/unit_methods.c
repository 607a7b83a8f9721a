/* Estimators that compare units: before and after, regression to the mean, trials; and the balance of units. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "windows.h"

/* ---- before and after ---- */

static double mean_of(const muster_panel *p, size_t unit, double start, bool after) {
  double sum = 0, weight = 0;
  for (size_t i = p->first_row[unit]; i < p->first_row[unit + 1]; i++) {
    if ((p->times[p->time[i]] >= start) != after) continue;
    double w = p->weight ? p->weight[i] : 1;
    sum += w * p->y[i];
    weight += w;
  }
  return weight > 0 ? sum / weight : NAN;
}

static double first_start(const muster_panel *p) {
  double first = INFINITY;
  for (size_t u = 0; u < p->n_units; u++)
    if (p->cohort[u] < first) first = p->cohort[u];
  return first;
}

/* The treated around their own starts; those never treated around the first. */
static muster_status change_of(study_job *job, bool treated, double *room, muster_error *err) {
  const muster_panel *p = &job->panel;
  double first = first_start(p), *before = room, *after = room + p->n_units;
  size_t n = 0;
  for (size_t u = 0; u < p->n_units; u++) {
    if (isnan(p->cohort[u]) == treated) continue;
    double start = treated ? p->cohort[u] : first;
    before[n] = mean_of(p, u, start, false);
    after[n] = mean_of(p, u, start, true);
    n += !isnan(before[n]) && !isnan(after[n]);
  }
  if (n < 2 && !treated) return MUSTER_OK;
  muster_before_after change;
  MUSTER_TRY(muster_before_after_paired(before, after, n, &change, err));
  if (treated) return muster_before_after_row(&change, true, job->name, study_rows(job), err);
  muster_estimate row = muster_estimate_blank("before_after", job->name, "change_comparison");
  muster_estimate_fill(&row, change.estimate, change.std_error, change.df, 0.95);
  row.n_units = n;
  row.n_obs = 2 * n;
  row.note = "the never treated over the same time, around the first start: what happened without treatment";
  return muster_estimates_add(study_rows(job), &row, err);
}

static bool asked_for(const muster_study *study, const char *name) {
  for (size_t i = 0; i < study->estimator_count; i++)
    if (strcmp(study->estimators[i].form->name, name) == 0) return true;
  return false;
}

static muster_status cross_section_has_none(const char *what, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the panel has no time, so there is no %s", what);
  muster_error_todo(err, "name the column of time in panel { time = ... }");
  return MUSTER_DATA;
}

muster_status study_before_after(study_job *job, const muster_part *part, muster_error *err) {
  if (job->data->cross_section) return cross_section_has_none("before and after", err);
  double *room = muster_alloc(2 * job->panel.n_units, sizeof *room);
  if (!room) return muster_fail_memory(err);
  muster_status status = change_of(job, true, room, err);
  if (status == MUSTER_OK) status = change_of(job, false, room, err);
  muster_free(room);
  /* what it must be read against; where starts differ or nobody was left untreated there is nothing of the kind */
  if (status != MUSTER_OK || asked_for(job->study, "regression_to_the_mean")) return status;
  muster_error ignored = {0};
  muster_status beside = study_rtm(job, part, &ignored);
  return beside == MUSTER_DATA ? MUSTER_OK : beside == MUSTER_OK ? MUSTER_OK : muster_fail_memory(err);
}

muster_status study_rtm(study_job *job, const muster_part *part, muster_error *err) {
  if (job->data->cross_section) return cross_section_has_none("selection before the start", err);
  study_units u;
  MUSTER_TRY(study_units_of(job, muster_part_flag(part, "earlier", false), false, &u, err));
  double lowest = INFINITY;
  for (size_t i = 0; i < u.n; i++)
    if (u.treated[i] && u.before[i] < lowest) lowest = u.before[i];
  muster_rtm_columns columns = {.n = u.n,
                                .earlier = u.earlier,
                                .selection = u.before,
                                .followup = u.y,
                                .treated = u.treated,
                                .cut = muster_part_number(part, "cut", lowest)};
  muster_rtm_study found;
  muster_status status = muster_rtm_study_of(&columns, &found, err);
  if (status == MUSTER_OK) status = muster_rtm_rows(&found, job->name, study_rows(job), err);
  double mean[2] = {0, 0}, count[2] = {0, 0}, all = 0, squares = 0;
  for (size_t i = 0; i < u.n; i++) {
    bool chosen = u.treated[i], eligible = u.before[i] >= columns.cut;
    all += u.before[i] / (double)u.n;
    if (!chosen && !eligible) continue;
    mean[chosen] += u.before[i];
    count[chosen]++;
  }
  for (size_t i = 0; i < u.n; i++) squares += (u.before[i] - all) * (u.before[i] - all);
  if (status == MUSTER_OK && count[1] > 0 && found.selected_on_outcome)
    status = muster_guard_selection(mean[1] / count[1], NAN, all, sqrt(squares / ((double)u.n - 1)),
                                    found.expected_change, &job->finding->warnings, err);
  study_units_free(&u);
  /* before_after asks for the rows of the study alone */
  return status == MUSTER_OK && strcmp(part->form->name, "regression_to_the_mean") == 0
             ? study_rtm_model(job, part, err)
             : status;
}

/* ---- balance ---- */

muster_status study_keep_balance(study_job *job, const char *sample, const muster_balance *rows, size_t n,
                                 muster_error *err) {
  muster_study_finding *f = job->finding;
  for (size_t i = 0; i < n; i++) {
    if (!MUSTER_GROW(f->balance, f->balance_capacity, f->balance_count)) return muster_fail_memory(err);
    muster_study_balance *kept = &f->balance[f->balance_count];
    *kept = (muster_study_balance){.sample = sample, .row = rows[i]};
    kept->row.covariate = muster_arena_copy(&job->results->arena, rows[i].covariate, strlen(rows[i].covariate));
    if (!kept->row.covariate) return muster_fail_memory(err);
    f->balance_count++;
  }
  return MUSTER_OK;
}

muster_status study_balance_of(study_job *job, const study_units *u, const muster_match_data *data,
                               const double *weight, const muster_matches *pairs, const char *sample,
                               muster_error *err) {
  muster_balance *rows = muster_alloc(u->k, sizeof *rows);
  if (!rows) return muster_fail_memory(err);
  muster_status status = muster_balance_of(data, weight, pairs, u->names, rows, err);
  if (status == MUSTER_OK) status = study_keep_balance(job, sample, rows, u->k, err);
  if (status == MUSTER_OK && weight) status = muster_guard_balance(rows, u->k, &job->finding->warnings, err);
  muster_free(rows);
  return status;
}

/* Units seen before the first of several starts, with their outcome there; for units_of where there is no common one.
 */
static muster_status units_before_first(study_job *job, study_units *u, muster_error *err) {
  const muster_panel *p = &job->panel;
  double first = first_start(p);
  *u = (study_units){.room = muster_alloc((1 + p->n_covariates) * p->n_units, sizeof *u->room),
                     .x = muster_alloc(1 + p->n_covariates, sizeof *u->x),
                     .names = muster_alloc(1 + p->n_covariates, sizeof *u->names)};
  u->windows.treated = muster_alloc(p->n_units, 1);
  u->treated = u->windows.treated;
  if (!u->room || !u->x || !u->names || !u->treated) {
    study_units_free(u);
    return muster_fail_memory(err);
  }
  u->k = 1 + p->n_covariates;
  for (size_t j = 0; j < u->k; j++) {
    u->x[j] = u->room + j * p->n_units;
    u->names[j] = j ? p->name[j - 1] : "outcome_before";
  }
  for (size_t unit = 0; unit < p->n_units; unit++) {
    double before = mean_of(p, unit, first, false);
    if (isnan(before)) continue;
    u->room[u->n] = before;
    for (size_t j = 1; j < u->k; j++) u->room[j * p->n_units + u->n] = p->covariate[j - 1][p->first_row[unit]];
    u->treated[u->n++] = !isnan(p->cohort[unit]);
  }
  return MUSTER_OK;
}

/* All that is known of units before the start, or the first of several. Nothing, where nobody is left to compare. */
muster_status study_balance(study_job *job, muster_error *err) {
  study_units u;
  muster_error ignored = {0};
  muster_status status = job->finding->n_starts > 1 && !job->data->cross_section
                             ? units_before_first(job, &u, &ignored)
                             : study_units_of(job, true, true, &u, &ignored);
  if (status == MUSTER_DATA) return MUSTER_OK;
  if (status != MUSTER_OK) return muster_fail_memory(err);
  size_t treated = 0;
  for (size_t i = 0; i < u.n; i++) treated += u.treated[i];
  if (u.k && treated && treated < u.n) {
    muster_match_data data = {.n = u.n, .k = u.k, .x = u.x, .treated = u.treated};
    status = study_balance_of(job, &u, &data, NULL, NULL, "all", err);
  }
  study_units_free(&u);
  return status;
}

/* ---- trials ---- */

/* Who was drawn and has no outcome: rows that the panel had to leave out. */
static muster_status guard_attrition(study_job *job, muster_error *err) {
  const muster_study_data *d = job->data;
  if (!d->cross_section || !d->treated) return MUSTER_OK;
  unsigned char *flags = muster_alloc(2 * d->n, 1);
  if (!flags) return muster_fail_memory(err);
  size_t n = 0;
  for (size_t i = 0; i < d->n; i++) {
    if (isnan(d->treated[i])) continue;
    flags[n] = d->treated[i] != 0;
    flags[d->n + n++] = !isnan(d->y[job->outcome][i]);
  }
  muster_attrition lost;
  muster_status status = muster_attrition_of(flags, flags + d->n, n, &lost, err);
  if (status == MUSTER_OK) status = muster_guard_attrition(&lost, &job->finding->warnings, err);
  muster_free(flags);
  return status;
}

muster_status study_rct(study_job *job, const muster_part *part, muster_error *err) {
  study_units u;
  MUSTER_TRY(study_units_of(job, false, muster_part_flag(part, "baseline", true), &u, err));
  muster_trial trial = {.n = u.n,
                        .y = u.y,
                        .treated = u.treated,
                        .cluster = u.clustered ? u.cluster : NULL,
                        .n_clusters = u.clustered ? u.n_clusters : 0,
                        .k = u.k,
                        .x = u.x};
  muster_status status = muster_rct_rows(&trial, job->name, study_rows(job), err);
  if (status == MUSTER_OK && u.clustered && u.has_before && trial.k)
    status = muster_icc_row(u.before, trial.cluster, trial.n, trial.n_clusters, "icc_before", job->name,
                            study_rows(job), err);
  study_units_free(&u);
  return status == MUSTER_OK ? guard_attrition(job, err) : status;
}

/* Complete rows of a trial with take-up: y, taken, drawn, covariates, one column after the other. */
typedef struct taken_rows {
  size_t n, k;
  double *room;
  const double **x;
  uint32_t *cluster, *dense;
} taken_rows;

static void taken_rows_free(taken_rows *t) {
  muster_free(t->room);
  muster_free(t->x);
  muster_free(t->cluster);
  muster_free(t->dense);
}

static muster_status collect_taken(const muster_study_data *d, size_t outcome, taken_rows *t, muster_error *err) {
  size_t columns = 3 + d->n_covariates;
  const double **from = muster_alloc(columns, sizeof *from);
  *t = (taken_rows){.k = d->n_covariates,
                    .room = muster_alloc(columns * d->n, sizeof *t->room),
                    .x = muster_alloc(d->n_covariates, sizeof *t->x),
                    .cluster = muster_alloc(d->n, sizeof *t->cluster),
                    .dense = muster_alloc(d->n, sizeof *t->dense)};
  if (!from || !t->room || !t->x || !t->cluster || !t->dense) {
    muster_free(from);
    return muster_fail_memory(err);
  }
  from[0] = d->y[outcome], from[1] = d->taken, from[2] = d->treated;
  for (size_t j = 0; j < t->k; j++) {
    from[3 + j] = d->covariate[j];
    t->x[j] = t->room + (3 + j) * d->n;
  }
  for (size_t i = 0; i < d->n; i++) {
    bool complete = true;
    for (size_t j = 0; j < columns; j++) complete = complete && !isnan(from[j][i]);
    if (!complete) continue;
    for (size_t j = 0; j < columns; j++) t->room[j * d->n + t->n] = from[j][i];
    t->cluster[t->n++] = d->cluster ? d->cluster[i] : (uint32_t)i;
  }
  muster_free(from);
  return MUSTER_OK;
}

static muster_status fit_cace(study_job *job, const taken_rows *t, muster_error *err) {
  const muster_study_data *d = job->data;
  const double *drawn = t->room + 2 * d->n;
  muster_instrument data = {
      .n = t->n, .y = t->room, .taken = t->room + d->n, .n_instruments = 1, .z = &drawn, .k = t->k, .x = t->x};
  if (d->cluster) {
    MUSTER_TRY(muster_number_dense(t->cluster, t->n, t->dense, NULL, &data.n_clusters, err));
    data.cluster = t->dense;
  }
  muster_cace found;
  MUSTER_TRY(muster_cace_of(&data, &found, err));
  MUSTER_TRY(muster_cace_rows(&found, t->n, job->name, study_rows(job), err));
  return muster_guard_instrument(found.first_stage_f, &job->finding->warnings, err);
}

muster_status study_cace(study_job *job, const muster_part *part, muster_error *err) {
  (void)part;
  const muster_study_data *d = job->data;
  if (!d->taken || !d->cross_section || !d->treated) {
    muster_fail(err, MUSTER_DATA, "the panel does not say who took part");
    muster_error_expected(err, "a panel without time, with treated = the draw and taken = the column of take-up");
    return MUSTER_DATA;
  }
  taken_rows rows;
  muster_status status = collect_taken(d, job->outcome, &rows, err);
  if (status == MUSTER_OK) status = fit_cace(job, &rows, err);
  taken_rows_free(&rows);
  return status;
}
