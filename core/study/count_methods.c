/* Models for counts and shares, beside the linear ones. */
#include <math.h>
#include <stdio.h>

#include "estimators.h"

/* With times, units and times have effects of their own; a cross-section has a constant, the last column. */
typedef struct count_model {
  size_t k;
  double *y, *offset, *one;
  const double **x;
  const char **names;
} count_model;

/* A rate with sessions as weight is a count with them as exposure; to a logit it stays a share of them. */
static muster_status fill_model(const muster_panel *p, bool logit, bool rate, count_model *m, muster_error *err) {
  m->y = muster_alloc(p->n_obs, sizeof *m->y);
  m->offset = muster_alloc(p->n_obs, sizeof *m->offset);
  m->one = muster_alloc(p->n_obs, sizeof *m->one);
  m->x = muster_alloc(2 + p->n_covariates, sizeof *m->x);
  m->names = muster_alloc(2 + p->n_covariates, sizeof *m->names);
  if (!m->y || !m->offset || !m->one || !m->x || !m->names) return muster_fail_memory(err);
  for (size_t i = 0; i < p->n_obs; i++) {
    double w = rate && p->weight && !logit ? p->weight[i] : 1;
    m->y[i] = w == 1 ? p->y[i] : round(p->y[i] * w * 1e6) / 1e6;
    m->offset[i] = log(w);
    m->one[i] = 1;
  }
  m->x[0] = p->treated;
  m->names[0] = "treated";
  for (size_t k = 0; k < p->n_covariates; k++) {
    m->x[1 + k] = p->covariate[k];
    m->names[1 + k] = p->name[k];
  }
  m->k = 1 + p->n_covariates;
  if (p->n_times > 1) return MUSTER_OK;
  m->x[m->k] = m->one;
  m->names[m->k++] = "constant";
  return MUSTER_OK;
}

/* What the odds mean in the outcome itself: the treated with and without treatment, and everybody. With effects of
 * units and times there is no such figure: their estimates do not settle, and units without variation are left out. */
static muster_status marginal_rows(study_job *job, const muster_part *part, const muster_glm *fit,
                                   const muster_vcov *vcov, muster_error *err) {
  static const struct {
    const char *term, *note;
    bool over_treated;
  } rows[] = {{"ame_att", "average marginal effect of treatment on the treated", true},
              {"ame", "average marginal effect of treatment over all", false}};
  for (size_t i = 0; i < 2; i++) {
    muster_marginal found;
    muster_error ignored = {0};
    muster_status status = muster_glm_marginal(fit, vcov, 0, rows[i].over_treated, &found, &ignored);
    if (status == MUSTER_DATA) continue; /* a dose, or treatment that was left out as collinear */
    if (status != MUSTER_OK) return muster_fail_memory(err);
    char note[280];
    snprintf(note, sizeof note, "%s, in units of the outcome; delta method; %s", rows[i].note, vcov->note);
    muster_estimate row = muster_estimate_blank("counts", job->name, rows[i].term);
    muster_estimate_fill(&row, found.effect, found.std_error, vcov->df[0], study_level(job, part));
    row.n_units = row.n_obs = found.n;
    row.n_clusters = vcov->n_clusters;
    row.note = note;
    MUSTER_TRY(muster_estimates_add(study_rows(job), &row, err));
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
                                       .k = m.k,
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
  if (status == MUSTER_OK && p->n_times == 1 && (logit || !rate)) status = marginal_rows(job, part, &fit, &vcov, err);
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  muster_free(m.y);
  muster_free(m.offset);
  muster_free(m.one);
  muster_free(m.x);
  muster_free(m.names);
  return status;
}
