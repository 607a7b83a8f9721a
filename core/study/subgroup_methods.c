/* Effects by subgroup: for each attribute the effect in every group, each group against the first, the joint test, and
 * the p-values of the tests adjusted for how many attributes were asked about. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"
#include "muster/impact/subgroups.h"

static const char NAME[] = "subgroups";

static const muster_study_grouping *grouping_of(const muster_study_data *d, const char *name) {
  for (size_t i = 0; i < d->n_groupings; i++)
    if (strcmp(d->grouping[i].name, name) == 0) return &d->grouping[i];
  return NULL;
}

static muster_regression_options options_of(const study_job *job, const muster_part *part) {
  static const muster_errors errors[] = {MUSTER_ERRORS_CLUSTER, MUSTER_ERRORS_CR0, MUSTER_ERRORS_CR1P,
                                         MUSTER_ERRORS_CR2,     MUSTER_ERRORS_HC1, MUSTER_ERRORS_IID};
  muster_regression_options options = study_regression(job, part);
  options.errors = errors[muster_part_choice(part, "errors")];
  return options;
}

/* Treatment in force in each row, where the data tells only the first treated time. */
static void treated_rows(const muster_study_data *d, double *treated) {
  for (size_t i = 0; i < d->n; i++) {
    bool never = isnan(d->cohort[i]);
    for (size_t k = 0; k < d->n_never; k++) never = never || d->cohort[i] == d->never[k];
    treated[i] = isnan(d->time[i]) ? NAN : !never && d->time[i] >= d->cohort[i];
  }
}

static muster_status effect_row(study_job *job, const muster_study_grouping *by, const muster_subgroups *s, size_t g,
                                double level, muster_error *err) {
  const muster_subgroup *one = &s->at[g];
  char term[200], note[320];
  snprintf(term, sizeof term, "%.80s=%.100s", by->name, by->level_name[g]);
  muster_estimate row = muster_estimate_blank(NAME, job->name, term);
  row.n_units = one->n_units;
  row.n_obs = one->n_obs;
  row.n_clusters = s->n_clusters;
  row.note = note;
  if (!one->fitted || isnan(one->estimate)) {
    snprintf(note, sizeof note, "not estimable: %s in this group",
             !one->n_treated ? "nobody is treated"
             : one->fitted   ? "treatment does not vary beyond the unit and time effects"
                             : "fewer than two are treated or untreated");
    return muster_estimates_add(study_rows(job), &row, err);
  }
  muster_estimate_fill(&row, one->estimate, one->std_error, one->df, level);
  snprintf(note, sizeof note, "%zu treated; own times and covariates; %s", one->n_treated, s->note);
  MUSTER_TRY(muster_estimates_add(study_rows(job), &row, err));
  char what[240];
  snprintf(what, sizeof what, "the treated of %s", term);
  if (one->n_treated < 10) MUSTER_TRY(muster_guard_cells(one->n_treated, what, &job->finding->warnings, err));
  snprintf(what, sizeof what, "the comparison of %s", term);
  if (one->n_comparison && one->n_comparison < 10)
    MUSTER_TRY(muster_guard_cells(one->n_comparison, what, &job->finding->warnings, err));
  return MUSTER_OK;
}

static muster_status difference_row(study_job *job, const muster_study_grouping *by, const muster_subgroups *s,
                                    size_t a, size_t b, double level, muster_error *err) {
  double estimate, std_error, df;
  muster_subgroups_difference(s, a, b, &estimate, &std_error, &df);
  if (isnan(estimate)) return MUSTER_OK;
  char term[400];
  snprintf(term, sizeof term, "%.80s=%.100s less %.80s=%.100s", by->name, by->level_name[a], by->name,
           by->level_name[b]);
  muster_estimate row = muster_estimate_blank(NAME, job->name, term);
  muster_estimate_fill(&row, estimate, std_error, df, level);
  row.n_units = s->at[a].n_units + s->at[b].n_units;
  row.n_obs = s->at[a].n_obs + s->at[b].n_obs;
  row.n_clusters = s->n_clusters;
  row.note = s->note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status joint_row(study_job *job, const muster_study_grouping *by, const muster_subgroups *s,
                               muster_error *err) {
  char note[160];
  snprintf(note, sizeof note, "F(%zu, %.4g) that the effect is the same in all groups%s", s->n_equal, s->equal.df2,
           s->n_equal > 1 && s->n_clusters < 40 ? "; with fewer than 40 clusters it rejects too often" : "");
  muster_estimate row = muster_estimate_blank(NAME, job->name, by->name);
  row.estimate = s->equal.f;
  row.p_value = s->equal.f_p;
  row.df = s->equal.df2;
  row.n_clusters = s->n_clusters;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

/* @param p  out: of the joint test, NaN where there is none; its F stands `count` places on */
static muster_status one_attribute(study_job *job, const muster_part *part, const muster_columns *columns,
                                   const muster_study_grouping *by, double *p, size_t count, muster_error *err) {
  muster_regression_options options = options_of(job, part);
  double level = study_level(job, part);
  muster_subgroups s = {0};
  *p = NAN;
  muster_status status =
      muster_subgroups_fit(columns, by->level, by->n_levels, job->data->cross_section, &options, &s, err);
  if (status != MUSTER_OK) {
    if (status == MUSTER_DATA) muster_error_wrap(err, "%s", by->name);
    return status;
  }
  size_t first = 0;
  while (first + 1 < s.n && isnan(s.at[first].estimate)) first++;
  for (size_t g = 0; status == MUSTER_OK && g < s.n; g++) status = effect_row(job, by, &s, g, level, err);
  for (size_t g = first + 1; status == MUSTER_OK && g < s.n; g++)
    status = difference_row(job, by, &s, g, first, level, err);
  if (status == MUSTER_OK && s.n_equal) {
    p[0] = s.equal.f_p;
    p[count] = s.equal.f;
    status = joint_row(job, by, &s, err);
  }
  muster_subgroups_free(&s);
  return status;
}

static muster_status adjusted_rows(study_job *job, const muster_part *part, const muster_given *by, double *p,
                                   muster_error *err) {
  const char *method = muster_part_text(part, "adjust");
  if (!method) method = "holm";
  if (strcmp(method, "none") == 0 || by->count < 2) return MUSTER_OK;
  MUSTER_TRY(study_adjust(method, p, by->count, err));
  char term[120], note[120];
  snprintf(note, sizeof note, "p adjusted by %s over %zu attributes", method, by->count);
  for (size_t i = 0; i < by->count; i++) {
    if (isnan(p[i])) continue;
    snprintf(term, sizeof term, "%.80s_adjusted_p", by->items[i].text);
    muster_estimate row = muster_estimate_blank(NAME, job->name, term);
    row.estimate = p[by->count + i];
    row.p_value = p[i];
    row.note = note;
    MUSTER_TRY(muster_estimates_add(study_rows(job), &row, err));
  }
  return MUSTER_OK;
}

muster_status study_subgroups(study_job *job, const muster_part *part, muster_error *err) {
  const muster_study_data *d = job->data;
  const muster_given *by = muster_part_given(part, "by");
  double *room = muster_alloc(d->n + 2 * by->count, sizeof *room), *p = room ? room + d->n : NULL;
  if (!room) return muster_fail_memory(err);
  if (!d->treated) treated_rows(d, room);
  muster_columns columns = {.n = d->n,
                            .unit = d->unit,
                            .time = d->cross_section ? NULL : d->time,
                            .y = d->y[job->outcome],
                            .weight = d->weight[job->outcome],
                            .cluster = d->cluster,
                            .treated = d->treated ? d->treated : room,
                            .n_covariates = d->n_covariates,
                            .covariates = (const double *const *)d->covariate,
                            .names = d->covariate_name};
  muster_status status = MUSTER_OK;
  for (size_t i = 0; status == MUSTER_OK && i < by->count; i++)
    status = one_attribute(job, part, &columns, grouping_of(d, by->items[i].text), &p[i], by->count, err);
  if (status == MUSTER_OK) status = adjusted_rows(job, part, by, p, err);
  muster_free(room);
  return status;
}
