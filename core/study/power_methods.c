/* What a study of this size can see: by formula, and by simulation on the time before its own start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

/* ---- by formula ---- */

static muster_status by_formula(study_job *job, const muster_part *part, muster_error *err) {
  static const muster_mdes_design designs[] = {MUSTER_MDES_CLUSTERS, MUSTER_MDES_CLUSTERS, MUSTER_MDES_PUPILS,
                                               MUSTER_MDES_BLOCKS};
  const muster_study_finding *f = job->finding;
  double groups = muster_part_number(part, "groups", (double)f->n_clusters);
  muster_mdes_plan plan = {.design = designs[muster_part_choice(part, "by")],
                           .groups = groups,
                           .pupils = muster_part_number(part, "pupils", (double)f->n_units / groups),
                           .icc = muster_part_number(part, "icc", 0),
                           .treated_share = muster_part_number(part, "share", 0.5),
                           .r2_between = muster_part_number(part, "r2_between", 0),
                           .r2_within = muster_part_number(part, "r2_within", 0),
                           .covariates = muster_part_number(part, "covariates", 0),
                           .alpha = muster_part_number(part, "alpha", 0.05),
                           .power = muster_part_number(part, "power", 0.8)};
  if (plan.design == MUSTER_MDES_PUPILS) plan.pupils = muster_part_number(part, "pupils", (double)f->n_units);
  muster_mdes_result found;
  MUSTER_TRY(muster_mdes(&plan, &found, err));
  char note[200];
  snprintf(note, sizeof note,
           "standard deviations; %g groups of %g, intra-cluster correlation %g, power %g at %g; multiplier %.4g",
           plan.groups, plan.pupils, plan.icc, plan.power, plan.alpha, found.multiplier);
  muster_estimate row = muster_estimate_blank("power", job->name, "mdes");
  row.estimate = found.mdes;
  row.std_error = found.std_error;
  row.df = found.df;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

/* ---- by simulation ---- */

/* Rows before anybody's start: there, a planted effect is the only one. */
static muster_status untreated_time(const muster_panel *p, muster_panel *out, muster_error *err) {
  double first = INFINITY;
  for (size_t u = 0; u < p->n_units; u++)
    if (p->cohort[u] < first) first = p->cohort[u];
  double *time = muster_alloc(p->n_obs, sizeof *time), *y = muster_alloc(p->n_obs, sizeof *y),
         *weight = p->weight ? muster_alloc(p->n_obs, sizeof *weight) : NULL,
         *nobody = muster_alloc(p->n_obs, sizeof *nobody);
  uint32_t *unit = muster_alloc(p->n_obs, sizeof *unit), *cluster = muster_alloc(p->n_obs, sizeof *cluster);
  muster_status status =
      time && y && unit && cluster && nobody && (weight || !p->weight) ? MUSTER_OK : muster_fail_memory(err);
  size_t n = 0;
  for (size_t i = 0; status == MUSTER_OK && i < p->n_obs; i++) {
    if (p->times[p->time[i]] >= first) continue;
    time[n] = p->times[p->time[i]];
    y[n] = p->y[i];
    unit[n] = p->unit[i];
    cluster[n] = p->cluster[i];
    if (weight) weight[n] = p->weight[i];
    n++;
  }
  if (status == MUSTER_OK && !n) status = muster_fail(err, MUSTER_DATA, "there is no time before the first start");
  muster_columns columns = {
      .n = n, .unit = unit, .time = time, .y = y, .weight = weight, .cluster = cluster, .treated = nobody};
  if (status == MUSTER_OK) status = muster_panel_build(&columns, out, err);
  muster_free(time);
  muster_free(y);
  muster_free(weight);
  muster_free(nobody);
  muster_free(unit);
  muster_free(cluster);
  return status;
}

static muster_status ask_twfe(void *context, const muster_panel *panel, double *estimate, double *std_error,
                              double *p_value, muster_error *err) {
  (void)context;
  muster_regression_options options = {.outcome = ""};
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, &options, &fit, err));
  *estimate = fit.beta[0];
  *std_error = sqrt(fit.v[0]);
  *p_value = muster_t_p(*estimate / *std_error, fit.df[0]);
  muster_coefficients_free(&fit);
  return MUSTER_OK;
}

static muster_status put_simulated(study_job *job, const muster_power_plan *plan, const muster_power_found *found,
                                   muster_error *err) {
  char note[240];
  snprintf(note, sizeof note,
           "two-way fixed effects (CR1) in %zu draws on the time before the start: effect %g planted in %zu of %zu "
           "clusters from time %g, seed %llu",
           found->draws, plan->effect, plan->treated_clusters, plan->panel->n_clusters, plan->panel->times[plan->start],
           (unsigned long long)plan->seed);
  const struct {
    const char *term;
    double value, error;
  } rows[] = {{"power", found->power, found->power_se},
              {"coverage", found->coverage, NAN},
              {"mean_estimate", found->mean, NAN},
              {"sd_estimates", found->sd, NAN},
              {"mean_std_error", found->mean_se, NAN}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    muster_estimate row = muster_estimate_blank("power", job->name, rows[i].term);
    row.estimate = rows[i].value;
    row.std_error = rows[i].error;
    row.n_units = plan->panel->n_units;
    row.n_clusters = plan->panel->n_clusters;
    row.note = note;
    MUSTER_TRY(muster_estimates_add(study_rows(job), &row, err));
  }
  return MUSTER_OK;
}

static muster_status simulate(study_job *job, const muster_part *part, muster_error *err) {
  if (!muster_part_given(part, "effect")) {
    muster_fail(err, MUSTER_PACK, "power says nothing of effect");
    muster_error_expected(err, "effect = -0.01, the change to plant in units of the outcome, or by = \"clusters\"");
    return MUSTER_PACK;
  }
  muster_panel before = {0};
  MUSTER_TRY(untreated_time(&job->panel, &before, err));
  double asked = muster_part_number(part, "start", before.times[before.n_times / 2]);
  uint32_t start = muster_panel_time(&before, asked);
  size_t treated = muster_part_count(part, "treated", job->finding->n_treated_clusters);
  if (treated >= before.n_clusters) treated = before.n_clusters / 2;
  muster_power_plan plan = {.panel = &before,
                            .treated_clusters = treated,
                            .start = start,
                            .effect = muster_part_number(part, "effect", 0),
                            .alpha = muster_part_number(part, "alpha", 0.05),
                            .draws = muster_part_count(part, "draws", 200),
                            .seed = study_seed(job, part),
                            .jobs = job->jobs};
  muster_power_found found;
  muster_status status;
  if (before.n_times < 2 || start == MUSTER_NONE || start == 0) {
    status = muster_fail(err, MUSTER_DATA, "time %g is not within the time before the first start", asked);
    muster_error_expected(err, "at least two times before the first start, and `start` one of them but not the first");
  } else {
    status = muster_power_simulate(&plan, ask_twfe, NULL, job->progress, &found, err);
  }
  if (status == MUSTER_OK) status = put_simulated(job, &plan, &found, err);
  muster_panel_free(&before);
  return status;
}

muster_status study_power(study_job *job, const muster_part *part, muster_error *err) {
  return muster_part_choice(part, "by") == 0 ? simulate(job, part, err) : by_formula(job, part, err);
}
