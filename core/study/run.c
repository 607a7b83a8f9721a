/* A study from its panel to its findings, one outcome after the other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "estimators.h"

static const study_method methods[] = {
    {"twfe", study_twfe, "treated", true, NULL},
    {"did", study_did, "treated", true, NULL},
    {"event_study", study_event_study, NULL, true, NULL},
    {"callaway_santanna", study_callaway_santanna, "simple", true, NULL},
    {"imputation", study_imputation, "treated", true, NULL},
    {"permutation", study_permutation, "treated", true, NULL},
    {"wild_bootstrap", study_wild_bootstrap, "treated", true, NULL},
    {"pairs_bootstrap", study_pairs_bootstrap, "treated", true, NULL},
    {"before_after", study_before_after, NULL, false, NULL},
    {"regression_to_the_mean", study_rtm, "ancova", true, NULL},
    {"its", study_its, "level", false, NULL},
    {"matching", study_matching, "treated", true, "treated_adjusted"},
    {"weighting", study_weighting, "treated", true, NULL},
    {"synthetic_control", study_synthetic_control, "att", true, NULL},
    {"sdid", study_sdid, "att", true, NULL},
    {"rct", study_rct, "itt", true, NULL},
    {"cace", study_cace, "participants", true, NULL},
    {"counts", study_counts, "treated", true, NULL},
    {"multiple_imputation", study_multiple_imputation, "imputed", true, NULL},
    {"subgroups", study_subgroups, NULL, true, NULL},
    {"placebo_outcomes", study_placebo_outcomes, NULL, false, NULL},
    {"power", study_power, NULL, false, NULL},
};

const study_method *study_method_of(const char *name) {
  for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
    if (strcmp(methods[i].name, name) == 0) return &methods[i];
  return &methods[0];
}

bool study_compares(const study_job *job, const muster_part *part) {
  if (study_method_of(part->form->name)->compares) return true;
  return strcmp(part->form->name, "its") == 0 && muster_part_flag(part, "comparison", true) &&
         job->finding->n_treated < job->finding->n_units;
}

/* ---- what the panel is ---- */

static muster_status count_treated_clusters(const muster_panel *p, size_t *clusters, muster_error *err) {
  unsigned char *seen = muster_alloc(p->n_clusters, 1);
  if (!seen) return muster_fail_memory(err);
  for (size_t u = 0; u < p->n_units; u++)
    if (!isnan(p->cohort[u])) seen[p->cluster[p->first_row[u]]] = 1;
  *clusters = 0;
  for (size_t c = 0; c < p->n_clusters; c++) *clusters += seen[c];
  muster_free(seen);
  return MUSTER_OK;
}

static size_t treated_units(const muster_panel *p) {
  size_t n = 0;
  for (size_t u = 0; u < p->n_units; u++) n += !isnan(p->cohort[u]);
  return n;
}

static muster_status describe(study_job *job, muster_error *err) {
  const muster_panel *p = &job->panel;
  muster_study_finding *f = job->finding;
  f->n_obs = p->n_obs;
  f->n_units = p->n_units;
  f->n_times = p->n_times;
  f->n_clusters = p->n_clusters;
  f->n_treated = treated_units(p);
  f->n_starts = muster_panel_cohorts(p, NULL, NULL);
  f->n_dropped = p->dropped;
  f->balanced = p->balanced;
  f->pretrend_p = NAN;
  f->compared = f->n_treated < f->n_units || f->n_starts > 1 || p->reversible;
  for (size_t i = 1; i < p->n_obs && p->repeated && !job->data->cross_section; i++)
    f->n_repeated += p->unit[i] == p->unit[i - 1] && p->time[i] == p->time[i - 1];
  return count_treated_clusters(p, &f->n_treated_clusters, err);
}

/* ---- one outcome ---- */

size_t study_row_of(const muster_estimates *list, const char *estimator, const char *term, size_t first) {
  for (size_t i = first; term && i < list->count; i++)
    if (strcmp(list->at[i].term, term) == 0 && (!estimator || strcmp(list->at[i].estimator, estimator) == 0)) return i;
  return SIZE_MAX;
}

/* The answer of the first estimator that compares. */
static bool find_primary(const study_job *job, const muster_part *part, size_t first) {
  const study_method *method = study_method_of(part->form->name);
  muster_study_finding *f = job->finding;
  if (f->primary != SIZE_MAX || !study_compares(job, part) || !method->answer) return false;
  const char *name = method->compares ? method->name : "its_controlled";
  f->primary = study_row_of(&job->results->estimates, name, method->better, first);
  if (f->primary == SIZE_MAX) f->primary = study_row_of(&job->results->estimates, name, method->answer, first);
  return f->primary != SIZE_MAX;
}

/* Estimators without a `level` of their own give 95%; the study's level is put in its place wherever the interval is
 * the one of Student's t or the normal. Others (an intra-cluster correlation) say what they are in their note. */
static void relevel(study_job *job, const muster_part *part, size_t first) {
  double level = study_level(job, part);
  if (level == 0.95) return;
  muster_numerics_ready();
  for (size_t i = first; i < job->results->estimates.count; i++) {
    muster_estimate *row = &job->results->estimates.at[i];
    if (!(row->std_error > 0) || isnan(row->conf_low)) continue;
    muster_estimate usual = *row;
    muster_estimate_fill(&usual, row->estimate, row->std_error, isnan(row->df) ? INFINITY : row->df, 0.95);
    double slack = 1e-9 * row->std_error;
    if (fabs(usual.conf_low - row->conf_low) > slack || fabs(usual.conf_high - row->conf_high) > slack) continue;
    muster_estimate_fill(&usual, row->estimate, row->std_error, isnan(row->df) ? INFINITY : row->df, level);
    row->conf_low = usual.conf_low;
    row->conf_high = usual.conf_high;
  }
}

static muster_status estimate(study_job *job, muster_error *err) {
  for (size_t i = 0; i < job->study->estimator_count; i++) {
    const muster_part *part = &job->study->estimators[i];
    const study_method *method = study_method_of(part->form->name);
    size_t before = job->results->estimates.count;
    muster_progress_tell(job->progress, method->name, job->outcome * job->study->estimator_count + i,
                         job->data->n_outcomes * job->study->estimator_count);
    muster_status status = method->run(job, part, err);
    if (status == MUSTER_DATA) {
      muster_error_wrap(err, "%s", method->name);
      return status;
    }
    MUSTER_TRY(status);
    relevel(job, part, before);
    size_t trusted = SIZE_MAX;
    MUSTER_TRY(study_few_clusters(job, part, before, &trusted, err));
    if (find_primary(job, part, before)) job->finding->trusted = trusted;
  }
  return MUSTER_OK;
}

/* Two estimators of one kind say the same twice. */
static void drop_repeats(muster_warnings *list) {
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++) {
    bool again = false;
    for (size_t k = 0; k < kept && !again; k++)
      again = list->at[k].guard == list->at[i].guard && strcmp(list->at[k].says, list->at[i].says) == 0;
    if (!again) list->at[kept++] = list->at[i];
  }
  list->count = kept;
}

static muster_status run_outcome(study_job *job, muster_error *err) {
  muster_study_finding *f = job->finding;
  *f = (muster_study_finding){
      .outcome = job->name, .rate = job->data->rate[job->outcome], .primary = SIZE_MAX, .trusted = SIZE_MAX};
  MUSTER_TRY(muster_study_panel(job->data, job->outcome, &job->panel, err));
  f->first = job->results->estimates.count;
  MUSTER_TRY(describe(job, err));
  MUSTER_TRY(study_guard_before(job, err));
  MUSTER_TRY(study_trend(job, err));
  MUSTER_TRY(study_balance(job, err));
  MUSTER_TRY(estimate(job, err));
  f->count = job->results->estimates.count - f->first;
  MUSTER_TRY(study_guard_after(job, err));
  drop_repeats(&f->warnings);
  f->severe = muster_warnings_severe(&f->warnings);
  return MUSTER_OK;
}

/* ---- several outcomes ---- */

muster_status study_adjust(const char *method, double *p, size_t n, muster_error *err) {
  for (int kind = MUSTER_BONFERRONI; muster_adjustment_name((muster_adjustment)kind); kind++)
    if (strcmp(muster_adjustment_name((muster_adjustment)kind), method) == 0)
      return muster_p_adjust((muster_adjustment)kind, p, n, p, err);
  return MUSTER_OK;
}

/* A row beside each primary one, with its p among those of all outcomes. */
static muster_status adjust(const muster_study *study, const muster_study_data *data, muster_study_results *r,
                            muster_error *err) {
  const char *word = muster_part_text(&study->self, "adjust");
  if (!word || strcmp(word, "none") == 0 || r->count < 2) return MUSTER_OK;
  if (strcmp(word, "westfall-young") == 0) return study_westfall_young(study, data, r, err);
  double *p = muster_alloc(r->count, sizeof *p);
  if (!p) return muster_fail_memory(err);
  for (size_t i = 0; i < r->count; i++)
    p[i] = r->findings[i].primary == SIZE_MAX ? NAN : r->estimates.at[r->findings[i].primary].p_value;
  muster_status status = study_adjust(word, p, r->count, err);
  for (size_t i = 0; status == MUSTER_OK && i < r->count; i++) {
    if (r->findings[i].primary == SIZE_MAX) continue;
    muster_estimate row = r->estimates.at[r->findings[i].primary];
    row.std_error = row.conf_low = row.conf_high = row.df = NAN;
    row.p_value = p[i];
    row.term = muster_arena_printf(&r->arena, "%s_adjusted_p", row.term);
    row.note = muster_arena_printf(&r->arena, "p adjusted by %s over %zu outcomes", word, r->count);
    status = row.term && row.note ? muster_estimates_add(&r->estimates, &row, err) : muster_fail_memory(err);
  }
  muster_free(p);
  return status;
}

static muster_status run_all(const muster_study *study, const muster_study_data *data, unsigned jobs,
                             const muster_progress *progress, muster_study_results *results, muster_error *err) {
  results->findings = muster_alloc(data->n_outcomes, sizeof *results->findings);
  if (!results->findings) return muster_fail_memory(err);
  for (size_t k = 0; k < data->n_outcomes; k++) {
    study_job job = {.study = study,
                     .data = data,
                     .outcome = k,
                     .finding = &results->findings[k],
                     .results = results,
                     .jobs = jobs,
                     .progress = progress};
    results->count = k + 1;
    job.name = muster_arena_copy(&results->arena, data->outcome[k], strlen(data->outcome[k]));
    muster_status status = job.name ? run_outcome(&job, err) : muster_fail_memory(err);
    muster_panel_free(&job.panel);
    MUSTER_TRY(status);
  }
  return adjust(study, data, results, err);
}

muster_status muster_study_run(const muster_study *study, const muster_study_data *data, unsigned jobs,
                               const muster_progress *progress, muster_study_results *results, muster_error *err) {
  *results = (muster_study_results){0};
  muster_status status = run_all(study, data, jobs, progress, results, err);
  if (status != MUSTER_OK) muster_study_results_free(results);
  return status;
}

void muster_study_results_free(muster_study_results *r) {
  for (size_t i = 0; i < r->count; i++) {
    muster_warnings_free(&r->findings[i].warnings);
    muster_free(r->findings[i].balance);
  }
  muster_free(r->findings);
  muster_estimates_free(&r->estimates);
  muster_arena_free(&r->arena);
  *r = (muster_study_results){0};
}

/* ---- the design, without outcomes ---- */

void muster_study_design_free(muster_study_design *design) {
  muster_free(design->start);
  muster_free(design->start_units);
  *design = (muster_study_design){0};
}

muster_status muster_study_design_of(const muster_study_data *data, muster_study_design *out, muster_error *err) {
  *out = (muster_study_design){0};
  muster_panel panel = {0};
  muster_status status = muster_study_panel(data, 0, &panel, err);
  if (status != MUSTER_OK) return status;
  out->n_obs = panel.n_obs;
  out->n_units = panel.n_units;
  out->n_times = panel.n_times;
  out->n_clusters = panel.n_clusters;
  out->n_treated = treated_units(&panel);
  out->balanced = panel.balanced;
  out->start = muster_alloc(panel.n_units, sizeof *out->start);
  out->start_units = muster_alloc(panel.n_units, sizeof *out->start_units);
  status = out->start && out->start_units ? count_treated_clusters(&panel, &out->n_treated_clusters, err)
                                          : muster_fail_memory(err);
  if (status == MUSTER_OK)
    out->n_starts = muster_panel_cohorts(&panel, out->start, out->start_units);
  else
    muster_study_design_free(out);
  muster_panel_free(&panel);
  return status;
}
