/* Trials that lost some of their outcomes: who was lost, from what they can be told, and the answer with the missing
 * outcomes imputed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"
#include "muster/impact/multiple_imputation.h"

static const char NAME[] = "multiple_imputation";

/* Everybody who was drawn: y is NaN where it was lost. */
typedef struct drawn {
  muster_two_windows windows; /* of a panel */
  double *room;               /* of a cross-section */
  unsigned char *treated;
  uint32_t *cluster;
  const double **x;
  const char **names;
  muster_trial trial;
} drawn;

static void drawn_free(drawn *d) {
  muster_two_windows_free(&d->windows);
  muster_free(d->room);
  muster_free(d->treated);
  muster_free(d->cluster);
  muster_free(d->x);
  muster_free(d->names);
}

static muster_status of_panel(study_job *job, bool baseline, drawn *out, muster_error *err) {
  const muster_panel *p = &job->panel;
  MUSTER_TRY(muster_two_windows_of(p, false, true, &out->windows, err));
  muster_two_windows *w = &out->windows;
  muster_trial *t = &out->trial;
  t->n = w->n;
  t->y = w->after;
  t->treated = w->treated;
  if (w->n_clusters < w->n) {
    t->cluster = w->cluster;
    t->n_clusters = w->n_clusters;
  }
  if (baseline) {
    out->names[t->k] = "outcome_before";
    out->x[t->k++] = w->before;
  }
  for (size_t j = 0; j < p->n_covariates; j++) {
    out->names[t->k] = p->name[j];
    out->x[t->k++] = w->covariate[j];
  }
  t->x = out->x;
  return MUSTER_OK;
}

static muster_status of_rows(const muster_study_data *d, size_t outcome, drawn *out, muster_error *err) {
  muster_trial *t = &out->trial;
  out->room = muster_alloc((1 + d->n_covariates) * d->n, sizeof *out->room);
  out->treated = muster_alloc(d->n, 1);
  out->cluster = muster_alloc(d->n, sizeof *out->cluster);
  if (!out->room || !out->treated || !out->cluster) return muster_fail_memory(err);
  for (size_t i = 0; i < d->n; i++) {
    bool known = d->treated && !isnan(d->treated[i]);
    for (size_t j = 0; j < d->n_covariates; j++) known = known && !isnan(d->covariate[j][i]);
    if (!known) continue;
    out->room[t->n] = d->y[outcome][i];
    for (size_t j = 0; j < d->n_covariates; j++) out->room[(1 + j) * d->n + t->n] = d->covariate[j][i];
    out->treated[t->n] = d->treated[i] != 0;
    out->cluster[t->n++] = d->cluster ? d->cluster[i] : 0;
  }
  for (size_t j = 0; j < d->n_covariates; j++) {
    out->names[j] = d->covariate_name[j];
    out->x[j] = out->room + (1 + j) * d->n;
  }
  t->y = out->room;
  t->treated = out->treated;
  t->k = d->n_covariates;
  t->x = out->x;
  if (!d->cluster) return MUSTER_OK;
  t->cluster = out->cluster;
  return muster_number_dense(out->cluster, t->n, out->cluster, NULL, &t->n_clusters, err);
}

/* ---- rows ---- */

static muster_status put(study_job *job, const char *term, double estimate, double std_error, double df, size_t n,
                         size_t clusters, double level, const char *note, muster_error *err) {
  muster_estimate row = muster_estimate_blank(NAME, job->name, term);
  muster_estimate_fill(&row, estimate, std_error, df, level);
  row.n_units = row.n_obs = n;
  row.n_clusters = clusters;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status put_lost(study_job *job, const muster_attrition *lost, double level, muster_error *err) {
  static const char *const terms[] = {"lost_comparison", "lost_treated"};
  for (int arm = 1; arm >= 0; arm--)
    MUSTER_TRY(put(job, terms[arm], lost->lost[arm], NAN, NAN, lost->drawn[arm], 0, level,
                   "share of those drawn who have no outcome", err));
  return put(job, "lost_difference", lost->difference, lost->std_error, INFINITY, lost->drawn[0] + lost->drawn[1], 0,
             level, "treated less comparison; independent shares", err);
}

/* From what can it be told who was lost: a logit on the draw and all that was known before. Left out where a covariate
 * tells it without error. */
static muster_status put_dropout(study_job *job, const drawn *d, double level, muster_error *err) {
  const muster_trial *t = &d->trial;
  size_t k = 2 + t->k;
  double *room = muster_alloc(3 * t->n, sizeof *room);
  const double **x = muster_alloc(k, sizeof *x);
  muster_glm fit = {0};
  muster_vcov vcov = {0};
  muster_error ignored = {0};
  muster_status status = room && x ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < t->n; i++) {
    room[i] = isnan(t->y[i]);
    room[t->n + i] = t->treated[i];
    room[2 * t->n + i] = 1;
  }
  if (status == MUSTER_OK) {
    x[0] = room + t->n;
    for (size_t j = 0; j < t->k; j++) x[1 + j] = t->x[j];
    x[k - 1] = room + 2 * t->n;
    muster_glm_model model = {.design = {.n = t->n, .k = k, .x = x, .y = room}, .family = MUSTER_LOGIT};
    muster_covariance how = {.kind = t->cluster ? MUSTER_CR1 : MUSTER_HC1,
                             .ways = t->cluster ? 1 : 0,
                             .cluster = {t->cluster},
                             .n_clusters = {t->n_clusters}};
    status = muster_glm_fit(&model, &fit, &ignored);
    if (status == MUSTER_OK) status = muster_glm_vcov(&fit, &how, &vcov, &ignored);
    for (size_t j = 0; status == MUSTER_OK && j < k - 1; j++) {
      char term[120], note[240];
      snprintf(term, sizeof term, "dropout_%.100s", j ? d->names[j - 1] : "treated");
      snprintf(note, sizeof note, "log odds of having no outcome; %s", vcov.note);
      if (!isnan(fit.beta[j]))
        status =
            put(job, term, fit.beta[j], muster_vcov_se(&vcov, j), vcov.df[j], t->n, t->n_clusters, level, note, err);
    }
    if (status == MUSTER_DATA) status = MUSTER_OK;
  }
  muster_vcov_free(&vcov);
  muster_glm_free(&fit);
  muster_free(room);
  muster_free(x);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

static muster_status put_answer(study_job *job, const drawn *d, const muster_imputed *found, const muster_imputing *how,
                                double level, muster_error *err) {
  const muster_trial *t = &d->trial;
  char note[400], shifted[60] = "";
  bool plain = how->shift == 0;
  if (plain)
    MUSTER_TRY(put(job, "complete_cases", found->complete.estimate, found->complete.std_error, found->complete.df,
                   found->complete.n, found->complete.n_clusters, level, found->note, err));
  if (!plain) snprintf(shifted, sizeof shifted, "; %+.4g added to what was drawn for the treated", how->shift);
  snprintf(note, sizeof note,
           "%zu imputations, normal model in each arm, seed %llu; Rubin's rules, Barnard-Rubin df; each by %s%s",
           found->draws, (unsigned long long)how->seed, found->note, shifted);
  MUSTER_TRY(put(job, plain ? "imputed" : "imputed_shifted", found->pooled.estimate, found->pooled.std_error,
                 found->pooled.df, t->n, t->n_clusters, level, note, err));
  if (!plain) return MUSTER_OK;
  muster_estimate row = muster_estimate_blank(NAME, job->name, "missing_information");
  row.estimate = found->pooled.missing;
  row.note = "share of the information on the effect that the missing outcomes would have brought";
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status answer(study_job *job, const muster_part *part, const drawn *d, muster_error *err) {
  double level = study_level(job, part);
  muster_imputing plain = {.draws = muster_part_count(part, "imputations", 0), .seed = study_seed(job, part)};
  muster_covariance_kind kind = d->trial.cluster ? MUSTER_CR2 : MUSTER_HC2;
  muster_imputed found;
  MUSTER_TRY(muster_impute_trial(&d->trial, kind, &plain, &found, err));
  MUSTER_TRY(put_lost(job, &found.lost, level, err));
  MUSTER_TRY(put_dropout(job, d, level, err));
  MUSTER_TRY(put_answer(job, d, &found, &plain, level, err));
  if (!muster_warnings_find(&job->finding->warnings, MUSTER_GUARD_attrition))
    MUSTER_TRY(muster_guard_attrition(&found.lost, &job->finding->warnings, err));
  muster_imputing moved = plain;
  moved.shift = muster_part_number(part, "shift", 0);
  if (moved.shift == 0) return MUSTER_OK;
  MUSTER_TRY(muster_impute_trial(&d->trial, kind, &moved, &found, err));
  return put_answer(job, d, &found, &moved, level, err);
}

muster_status study_multiple_imputation(study_job *job, const muster_part *part, muster_error *err) {
  const muster_study_data *data = job->data;
  size_t most = 1 + data->n_covariates;
  drawn d = {.x = muster_alloc(most, sizeof *d.x), .names = muster_alloc(most, sizeof *d.names)};
  muster_status status = d.x && d.names ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK)
    status = data->cross_section ? of_rows(data, job->outcome, &d, err)
                                 : of_panel(job, muster_part_flag(part, "baseline", true), &d, err);
  if (status == MUSTER_OK) status = answer(job, part, &d, err);
  drawn_free(&d);
  return status;
}
