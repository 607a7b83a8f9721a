/* What a study of this size can see: by formula, and by simulation on the time before its own start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "estimators.h"

/* The words of `by`, in their order. */
enum { SIMULATION, CLUSTERS, PUPILS, BLOCKS, MEANS, SHARES, SERIES };

/* ---- by formula ---- */

static muster_status put_figure(study_job *job, const char *term, double value, const char *note, muster_error *err) {
  muster_estimate row = muster_estimate_blank("power", job->name, term);
  row.estimate = value;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status by_formula(study_job *job, const muster_part *part, muster_error *err) {
  static const muster_mdes_design designs[] = {
      [CLUSTERS] = MUSTER_MDES_CLUSTERS, [PUPILS] = MUSTER_MDES_PUPILS, [BLOCKS] = MUSTER_MDES_BLOCKS};
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
  char note[240];
  snprintf(note, sizeof note,
           "standard deviations; %g groups of %g, intra-cluster correlation %g, power %g at %g; multiplier %.4g",
           plan.groups, plan.pupils, plan.icc, plan.power, plan.alpha, found.multiplier);
  muster_estimate row = muster_estimate_blank("power", job->name, "mdes");
  row.estimate = found.mdes;
  row.std_error = found.std_error;
  row.df = found.df;
  row.note = note;
  MUSTER_TRY(muster_estimates_add(study_rows(job), &row, err));
  if (plan.design != MUSTER_MDES_CLUSTERS || !muster_part_given(part, "effect")) return MUSTER_OK;
  double effect = muster_part_number(part, "effect", 0);
  snprintf(note, sizeof note,
           "of a t test on the means of %g schools of %g, half of them treated, icc %g: effect %g standard deviations, "
           "at %g",
           plan.groups, plan.pupils, plan.icc, effect, plan.alpha);
  return put_figure(job, "power", muster_power_clusters(effect, plan.groups, plan.pupils, plan.icc, plan.alpha), note,
                    err);
}

/* ---- how many, and how sure, for a study on paper ---- */

static muster_status needs(const muster_part *part, const char *by, const char *key, muster_error *err) {
  if (muster_part_given(part, key)) return MUSTER_OK;
  muster_fail(err, MUSTER_PACK, "power by = \"%s\" says nothing of %s", by, key);
  muster_error_expected(err, "%s = a number", key);
  return MUSTER_PACK;
}

/* Pupils in each of two equal arms, and how many where whole schools of `pupils` are drawn. */
static muster_status sample_size(study_job *job, const muster_part *part, bool shares, muster_error *err) {
  const char *by = shares ? "shares" : "means";
  double alpha = muster_part_number(part, "alpha", 0.05), power = muster_part_number(part, "power", 0.8), arm;
  char note[240], what[100];
  if (shares) {
    MUSTER_TRY(needs(part, by, "from", err));
    MUSTER_TRY(needs(part, by, "to", err));
    double from = muster_part_number(part, "from", 0), to = muster_part_number(part, "to", 0);
    snprintf(what, sizeof what, "a share of %g from one of %g, pooled normal approximation", to, from);
    MUSTER_TRY(muster_sample_two_shares(from, to, alpha, power, &arm, err));
  } else {
    MUSTER_TRY(needs(part, by, "effect", err));
    double effect = fabs(muster_part_number(part, "effect", 0)), sd = muster_part_number(part, "sd", 1);
    snprintf(what, sizeof what, "%g with a standard deviation of %g, t test", effect, sd);
    MUSTER_TRY(muster_sample_two_means(effect, sd, alpha, power, &arm, err));
  }
  snprintf(note, sizeof note, "pupils in each of two equal arms, not rounded, to tell %s; power %g at %g", what, power,
           alpha);
  MUSTER_TRY(put_figure(job, "per_arm", arm, note, err));
  if (!muster_part_given(part, "icc")) return MUSTER_OK;
  MUSTER_TRY(needs(part, by, "pupils", err));
  double pupils = muster_part_number(part, "pupils", 1), cv = muster_part_number(part, "size_cv", 0),
         icc = muster_part_number(part, "icc", 0), wider = muster_design_effect(pupils, cv, icc);
  snprintf(note, sizeof note,
           "schools of %g pupils (coefficient of variation %g), icc %g: design effect %.4g (Eldridge, Ashby and Kerry "
           "2006); %s",
           pupils, cv, icc, wider, what);
  MUSTER_TRY(put_figure(job, "per_arm_clustered", arm * wider, note, err));
  return put_figure(job, "clusters_per_arm", arm * wider / pupils, note, err);
}

/* Power of a difference in differences of unit means with memory. */
static muster_status power_of_series(study_job *job, const muster_part *part, muster_error *err) {
  MUSTER_TRY(needs(part, "series", "effect", err));
  MUSTER_TRY(needs(part, "series", "sd", err));
  const muster_study_finding *f = job->finding;
  size_t groups = muster_part_count(part, "groups", f->n_units), half = f->n_times / 2;
  size_t before = muster_part_count(part, "before", half), after = muster_part_count(part, "after", f->n_times - half);
  double effect = muster_part_number(part, "effect", 0), sd = muster_part_number(part, "sd", 1),
         rho = muster_part_number(part, "correlation", 0), alpha = muster_part_number(part, "alpha", 0.05);
  char note[240];
  snprintf(note, sizeof note,
           "difference in differences of %zu units, half of them treated, %zu periods before and %zu after, AR(1) %g, "
           "standard deviation %g, effect %g, at %g",
           groups, before, after, rho, sd, effect, alpha);
  double power = muster_power_did(effect, (unsigned)groups, (unsigned)before, (unsigned)after, rho, sd, alpha);
  if (isnan(power)) {
    muster_fail(err, MUSTER_DATA, "there is no power for %zu units with %zu and %zu periods", groups, before, after);
    muster_error_expected(err, "at least four units and a period on either side");
    return MUSTER_DATA;
  }
  return put_figure(job, "power", power, note, err);
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

static muster_status ask_twfe(void *context, const muster_panel *panel, double *estimate, double *std_error, double *df,
                              muster_error *err) {
  (void)context;
  muster_regression_options options = {.outcome = ""};
  muster_coefficients fit;
  MUSTER_TRY(muster_twfe_fit(panel, &options, &fit, err));
  *estimate = fit.beta[0];
  *std_error = sqrt(fit.v[0]);
  *df = fit.df[0];
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
  switch (muster_part_choice(part, "by")) {
    case SIMULATION: return simulate(job, part, err);
    case MEANS: return sample_size(job, part, false, err);
    case SHARES: return sample_size(job, part, true, err);
    case SERIES: return power_of_series(job, part, err);
    default: return by_formula(job, part, err);
  }
}
