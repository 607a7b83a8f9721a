/* Estimators of blocks: synthetic control, on outcomes or on predictors of given importance, and synthetic difference
 * in differences. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

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

/* ---- predictors ---- */

typedef struct predictor_room {
  muster_predictors of;
  double *x, *v;
  const char **name; /* [k], borrowed from the script */
} predictor_room;

static void predictors_free(predictor_room *r) {
  muster_free(r->x);
  muster_free(r->v);
  muster_free(r->name);
}

static muster_status no_such_predictor(const study_job *job, const char *name, muster_error *err) {
  const muster_panel *p = &job->panel;
  const char **known = muster_alloc(p->n_covariates + 2, sizeof *known);
  if (!known) return muster_fail_memory(err);
  for (size_t k = 0; k < p->n_covariates; k++) known[k] = p->name[k];
  known[p->n_covariates] = job->name;
  const char *near = muster_nearest(name, known);
  muster_fail(err, MUSTER_PACK, "synthetic_control: the predictor %.60s is no covariate of the panel", name);
  muster_error_expected(err, "names from `covariates` of the panel, or the outcome %.60s (its mean before the start)",
                        job->name);
  if (near) muster_error_todo(err, "did you mean \"%s\"?", near);
  muster_free(known);
  return MUSTER_PACK;
}

/* The column of that name: a covariate, or the outcome. */
static const double *predictor_column(const study_job *job, const char *name) {
  const muster_panel *p = &job->panel;
  for (size_t k = 0; k < p->n_covariates; k++)
    if (strcmp(p->name[k], name) == 0) return p->covariate[k];
  return strcmp(job->name, name) == 0 ? p->y : NULL;
}

/* Means of each unit's rows before the start, by unit and predictor. */
static muster_status predictors_of(const study_job *job, const muster_given *given, size_t n_before, predictor_room *r,
                                   muster_error *err) {
  const muster_panel *p = &job->panel;
  size_t k = given->count;
  *r = (predictor_room){.x = muster_alloc(p->n_units * k, sizeof *r->x),
                        .v = muster_alloc(k, sizeof *r->v),
                        .name = muster_alloc(k, sizeof *r->name)};
  if (!r->x || !r->v || !r->name) return muster_fail_memory(err);
  for (size_t j = 0; j < k; j++) {
    const muster_given *item = &given->items[j];
    if (item->kind != MUSTER_GIVEN_NUMBER || !(item->number >= 0) || isinf(item->number)) {
      muster_fail(err, MUSTER_PACK, "synthetic_control: the importance of the predictor %.60s is no number from 0",
                  item->name);
      muster_error_expected(err, "predictors = { name = importance, ... }, such as 1 for all of them");
      return MUSTER_PACK;
    }
    const double *column = predictor_column(job, item->name);
    if (!column) return no_such_predictor(job, item->name, err);
    r->v[j] = item->number;
    r->name[j] = item->name;
    for (size_t i = 0; i < p->n_obs; i++)
      if (p->time[i] < n_before) r->x[p->unit[i] * k + j] += column[i] / (double)n_before;
  }
  r->of = (muster_predictors){k, r->x, r->v};
  return MUSTER_OK;
}

/* What the treated and their synthetic unit are like: lines of the balance table. */
static muster_status predictor_balance(study_job *job, const muster_block_panel *block, const predictor_room *r,
                                       const muster_synthetic_control *fit, muster_error *err) {
  size_t k = r->of.k, treated = 0;
  for (size_t u = 0; u < block->n_units; u++) treated += block->treated[u];
  for (size_t j = 0; j < k; j++) {
    muster_balance row = {
        .covariate = r->name[j], .smd = NAN, .var_ratio = NAN, .ecdf_mean = NAN, .ecdf_max = NAN, .pair_distance = NAN};
    double mean = 0, squares = 0, n = (double)block->n_units;
    for (size_t u = 0; u < block->n_units; u++) {
      double x = r->x[u * k + j];
      mean += x / n;
      if (block->treated[u])
        row.mean_treated += x / (double)treated;
      else
        row.mean_control += fit->weights[u] * x;
    }
    for (size_t u = 0; u < block->n_units; u++) squares += pow(r->x[u * k + j] - mean, 2);
    row.smd = (row.mean_treated - row.mean_control) / sqrt(squares / (n - 1));
    MUSTER_TRY(study_keep_balance(job, "synthetic", &row, 1, err));
  }
  return MUSTER_OK;
}

/* ---- synthetic control ---- */

static muster_status placebo_ranks(const study_job *job, const muster_part *part, const muster_block_panel *block,
                                   const muster_predictors *on, size_t *rank, double *p_value, muster_error *err) {
  size_t treated = 0;
  for (size_t u = 0; u < block->n_units; u++) treated += block->treated[u];
  if (treated != 1 || block->n_units < 4 || !muster_part_flag(part, "placebos", true)) return MUSTER_OK;
  muster_placebo *placebos = muster_alloc(job->panel.n_units, sizeof *placebos);
  if (!placebos) return muster_fail_memory(err);
  muster_status status = muster_synthetic_placebos(block, on, placebos, rank, p_value, err);
  muster_free(placebos);
  return status;
}

static muster_status fit_synthetic(study_job *job, const muster_part *part, const muster_block_panel *block,
                                   muster_error *err) {
  const muster_given *given = muster_part_given(part, "predictors");
  predictor_room room = {.x = NULL};
  muster_synthetic_control fit = {0};
  size_t rank = 0;
  double p_value = NAN;
  muster_status status = MUSTER_OK;
  if (given) {
    status = predictors_of(job, given, block->n_before, &room, err);
    if (status == MUSTER_OK) status = muster_synthetic_control_given(block, &room.of, &fit, NULL, err);
    if (status == MUSTER_OK) status = predictor_balance(job, block, &room, &fit, err);
  } else {
    status = muster_synthetic_control_fit(block, &fit, err);
  }
  if (status == MUSTER_OK) status = placebo_ranks(job, part, block, given ? &room.of : NULL, &rank, &p_value, err);
  if (status == MUSTER_OK)
    status = muster_synthetic_control_rows(&fit, block->n_before, given ? given->count : 0, job->panel.times,
                                           job->panel.unit_id, rank, p_value, job->name, study_rows(job), err);
  muster_synthetic_control_free(&fit);
  predictors_free(&room);
  return status;
}

muster_status study_synthetic_control(study_job *job, const muster_part *part, muster_error *err) {
  muster_block block;
  MUSTER_TRY(muster_block_of(&job->panel, &block, err));
  size_t first = study_rows(job)->count;
  muster_status status = fit_synthetic(job, part, &block.panel, err);
  muster_block_free(&block);
  return status == MUSTER_OK ? name_weights(job, first, err) : status;
}

muster_status study_sdid(study_job *job, const muster_part *part, muster_error *err) {
  (void)part;
  muster_block block;
  MUSTER_TRY(muster_block_of(&job->panel, &block, err));
  size_t first = study_rows(job)->count;
  muster_sdid fit = {0};
  muster_status status = muster_sdid_fit(&block.panel, &fit, err);
  if (status == MUSTER_OK)
    status = muster_sdid_rows(&fit, job->panel.times, job->panel.unit_id, job->name, study_rows(job), err);
  muster_sdid_free(&fit);
  muster_block_free(&block);
  return status == MUSTER_OK ? name_weights(job, first, err) : status;
}
