/* Estimators that read the panel as it is. */
#include <math.h>
#include <string.h>

#include "estimators.h"

double study_level(const study_job *job, const muster_part *part) {
  return muster_part_number(part, "level", muster_part_number(&job->study->self, "level", 0.95));
}

uint64_t study_seed(const study_job *job, const muster_part *part) {
  return muster_part_count(part, "seed", muster_part_count(&job->study->self, "seed", 0));
}

muster_regression_options study_regression(const study_job *job, const muster_part *part) {
  return (muster_regression_options){.outcome = job->name,
                                     .errors = (muster_errors)muster_part_choice(part, "errors"),
                                     .fe_count = (muster_fe_count)muster_part_choice(part, "effects_count"),
                                     .each_way = muster_part_flag(part, "each_way", false),
                                     .lag = muster_part_count(part, "lag", 0),
                                     .level = study_level(job, part)};
}

muster_status study_twfe(study_job *job, const muster_part *part, muster_error *err) {
  muster_regression_options options = study_regression(job, part);
  return muster_twfe(&job->panel, &options, study_rows(job), err);
}

muster_status study_did(study_job *job, const muster_part *part, muster_error *err) {
  muster_regression_options options = study_regression(job, part);
  return muster_did(&job->panel, &options, study_rows(job), err);
}

muster_status study_event_study(study_job *job, const muster_part *part, muster_error *err) {
  muster_event_options options = {.regression = study_regression(job, part),
                                  .reference_given = muster_part_given(part, "reference") != NULL,
                                  .reference = muster_part_number(part, "reference", 0),
                                  .leads = muster_part_count(part, "leads", 0),
                                  .lags = muster_part_count(part, "lags", 0),
                                  .no_bands = !muster_part_flag(part, "bands", true)};
  return muster_event_study_rows(&job->panel, &options, study_rows(job), err);
}

muster_status study_callaway_santanna(study_job *job, const muster_part *part, muster_error *err) {
  muster_cs_options options = {.outcome = job->name,
                               .control = (muster_cs_control)muster_part_choice(part, "control"),
                               .method = (muster_cs_method)muster_part_choice(part, "method"),
                               .universal = muster_part_choice(part, "base") == 1,
                               .anticipation = muster_part_number(part, "anticipation", 0),
                               .level = study_level(job, part),
                               .balance_given = muster_part_given(part, "balance") != NULL,
                               .balance = muster_part_number(part, "balance", 0),
                               .exact_group_weights = muster_part_choice(part, "group_weights") == 1,
                               .bootstrap = muster_part_count(part, "bootstrap", 0),
                               .seed = study_seed(job, part),
                               .no_bands = !muster_part_flag(part, "bands", true)};
  return muster_callaway_santanna(&job->panel, &options, study_rows(job), err);
}

muster_status study_imputation(study_job *job, const muster_part *part, muster_error *err) {
  muster_regression_options options = study_regression(job, part);
  return muster_imputation_rows(&job->panel, &options, study_rows(job), err);
}

muster_status study_permutation(study_job *job, const muster_part *part, muster_error *err) {
  muster_permutation_options options = {.outcome = job->name,
                                        .most_exact = muster_part_count(part, "most_exact", 0),
                                        .draws = muster_part_count(part, "draws", 0),
                                        .seed = study_seed(job, part),
                                        .level = study_level(job, part),
                                        .no_interval = !muster_part_flag(part, "interval", true)};
  return muster_permutation_rows(&job->panel, &options, study_rows(job), err);
}

muster_status study_wild_bootstrap(study_job *job, const muster_part *part, muster_error *err) {
  muster_wild_options options = {.regression = study_regression(job, part),
                                 .weights = (muster_wild_weights)muster_part_choice(part, "weights"),
                                 .unrestricted = muster_part_flag(part, "unrestricted", false),
                                 .null = muster_part_number(part, "null", 0),
                                 .draws = muster_part_count(part, "draws", 0),
                                 .seed = study_seed(job, part)};
  return muster_wild_bootstrap(&job->panel, &options, study_rows(job), err);
}

muster_status study_pairs_bootstrap(study_job *job, const muster_part *part, muster_error *err) {
  muster_pairs_options options = {.regression = study_regression(job, part),
                                  .draws = muster_part_count(part, "draws", 0),
                                  .seed = study_seed(job, part)};
  return muster_pairs_bootstrap(&job->panel, &options, study_rows(job), err);
}

/* ---- counts and shares ---- */

typedef struct count_model {
  double *y, *offset;
  const double **x;
  const char **names;
} count_model;

/* A rate with sessions as weight is a count with them as exposure; to a logit it stays a share of them. */
static muster_status fill_model(const muster_panel *p, bool logit, bool rate, count_model *m, muster_error *err) {
  m->y = muster_alloc(p->n_obs, sizeof *m->y);
  m->offset = muster_alloc(p->n_obs, sizeof *m->offset);
  m->x = muster_alloc(1 + p->n_covariates, sizeof *m->x);
  m->names = muster_alloc(1 + p->n_covariates, sizeof *m->names);
  if (!m->y || !m->offset || !m->x || !m->names) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n_obs; i++) {
    double w = rate && p->weight && !logit ? p->weight[i] : 1;
    m->y[i] = w == 1 ? p->y[i] : round(p->y[i] * w * 1e6) / 1e6;
    m->offset[i] = log(w);
  }
  m->x[0] = p->treated;
  m->names[0] = "treated";
  for (size_t k = 0; k < p->n_covariates; k++) {
    m->x[1 + k] = p->covariate[k];
    m->names[1 + k] = p->name[k];
  }
  return MUSTER_OK;
}

muster_status study_counts(study_job *job, const muster_part *part, muster_error *err) {
  static const muster_covariance_kind kinds[] = {MUSTER_CR1, MUSTER_CR0, MUSTER_CR1P, MUSTER_HC1, MUSTER_IID};
  const muster_panel *p = &job->panel;
  muster_family family = (muster_family)muster_part_choice(part, "family");
  bool logit = family == MUSTER_LOGIT, rate = job->data->rate[job->outcome];
  count_model m = {0};
  muster_glm fit = {0};
  muster_vcov vcov = {0};
  muster_status status = fill_model(p, logit, rate, &m, err);
  muster_glm_model model = {.design = {.n = p->n_obs,
                                       .k = 1 + p->n_covariates,
                                       .x = m.x,
                                       .y = m.y,
                                       .weight = logit || !rate ? p->weight : NULL,
                                       .absorb = p->n_times > 1 ? p->unit : NULL,
                                       .n_absorb = p->n_times > 1 ? p->n_units : 0,
                                       .dummies = p->n_times > 1 ? p->time : NULL,
                                       .n_dummies = p->n_times > 1 ? p->n_times : 0},
                            .family = family,
                            .offset = logit ? NULL : m.offset};
  muster_covariance how = {.kind = kinds[muster_part_choice(part, "errors")],
                           .ways = 1,
                           .cluster = {p->cluster},
                           .n_clusters = {p->n_clusters}};
  if (status == MUSTER_OK) status = muster_glm_fit(&model, &fit, err);
  if (status == MUSTER_OK) status = muster_glm_vcov(&fit, &how, &vcov, err);
  if (status == MUSTER_OK) status = muster_glm_rows(&fit, &vcov, m.names, "counts", job->name, study_rows(job), err);
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  muster_free(m.y);
  muster_free(m.offset);
  muster_free(m.x);
  muster_free(m.names);
  return status;
}
