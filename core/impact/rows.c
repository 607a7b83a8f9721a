/* Results as rows: names, notes, and which figures stay blank. */
#include "muster/impact/rows.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/before_after.h"
#include "muster/impact/distribution.h"

static const double LEVEL = 0.95;

static muster_status plain(const char *estimator, const char *outcome, const char *term, double estimate,
                           const char *note, muster_estimates *list, muster_error *err) {
  if (isnan(estimate)) return MUSTER_OK;
  muster_estimate row = muster_estimate_blank(estimator, outcome, term);
  row.estimate = estimate;
  row.note = note;
  return muster_estimates_add(list, &row, err);
}

muster_status muster_rtm_rows(const muster_rtm_study *study, const char *outcome, muster_estimates *list,
                              muster_error *err) {
  static const char NAME[] = "regression_to_the_mean";
  const struct {
    const char *term;
    const muster_rtm_estimate *estimate;
    size_t n;
    const char *note;
  } rows[] = {
      {"before_after", &study->before_after, study->n_treated, muster_before_after_note},
      {"did_all", &study->did_all, 0, "against all others, who were not selected alike; Welch"},
      {"did_eligible", &study->did_eligible, study->n_treated + study->n_eligible,
       "against the equally selected; Welch"},
      {"ancova", &study->ancova, study->n_treated + study->n_eligible,
       "treated against eligible, given the windows before; HC2"},
      {"adjusted", &study->adjusted, study->n_treated,
       "follow-up less what no effect would have brought; slope taken as known"},
      {"against_earlier", &study->against_earlier, study->n_treated,
       "follow-up less a window that was not used to select; paired"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (isnan(rows[i].estimate->estimate)) continue;
    muster_estimate row = muster_estimate_blank(NAME, outcome, rows[i].term);
    muster_estimate_fill(&row, rows[i].estimate->estimate, rows[i].estimate->std_error, rows[i].estimate->df, LEVEL);
    row.n_units = rows[i].n;
    row.note = rows[i].note;
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  MUSTER_TRY(
      plain(NAME, outcome, "expected_change", study->expected_change, "of the treated under no effect", list, err));
  MUSTER_TRY(plain(NAME, outcome, "improved_treated", study->improved_treated,
                   "share; read it against improved_eligible", list, err));
  return plain(NAME, outcome, "improved_eligible", study->improved_eligible,
               "share of the equally selected who improved without treatment", list, err);
}

muster_status muster_its_rows(const muster_its_series *series, const muster_its *fit, const char *outcome,
                              muster_estimates *list, muster_error *err) {
  static const char *const terms[] = {
      [MUSTER_ITS_TREND] = "trend", [MUSTER_ITS_LEVEL] = "level", [MUSTER_ITS_SLOPE] = "slope"};
  const char *name = series->control ? "its_controlled" : "its";
  for (size_t j = MUSTER_ITS_TREND; j <= (series->slope_change ? MUSTER_ITS_SLOPE : MUSTER_ITS_LEVEL); j++) {
    muster_estimate row = muster_estimate_blank(name, outcome, terms[j]);
    bool rate = !isnan(fit->deviance);
    muster_estimate_fill(&row, fit->beta[j], fit->std_error[j], rate ? INFINITY : fit->df, LEVEL);
    row.n_obs = series->n;
    row.note = fit->note;
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  return MUSTER_OK;
}

static muster_status weights(const char *name, const char *outcome, const double *weight, size_t n,
                             const uint32_t *unit_id, muster_estimates *list, muster_error *err) {
  for (size_t u = 0; u < n; u++) {
    if (!(weight[u] > 0)) continue;
    muster_estimate row = muster_estimate_blank(name, outcome, "weight");
    row.group = unit_id ? unit_id[u] : (double)u;
    row.estimate = weight[u];
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  return MUSTER_OK;
}

muster_status muster_synthetic_control_rows(const muster_synthetic_control *fit, size_t n_before, size_t n_predictors,
                                            const double *times, const uint32_t *unit_id, size_t rank, double p_value,
                                            const char *outcome, muster_estimates *list, muster_error *err) {
  static const char NAME[] = "synthetic_control";
  char note[200], matched[80] = "outcome-only weights";
  if (n_predictors) snprintf(matched, sizeof matched, "weights on %zu predictors of given importance", n_predictors);
  if (rank)
    snprintf(note, sizeof note, "%s; p by placebos in space, rank %zu by post/pre MSPE ratio", matched, rank);
  else
    snprintf(note, sizeof note, "%s; no placebos", matched);
  muster_estimate row = muster_estimate_blank(NAME, outcome, "att");
  row.estimate = fit->att;
  row.p_value = rank ? p_value : NAN;
  row.n_units = fit->n_units;
  row.n_obs = fit->n_units * fit->n_times;
  row.note = note;
  MUSTER_TRY(muster_estimates_add(list, &row, err));
  MUSTER_TRY(plain(NAME, outcome, "pre_mspe", fit->pre_mspe, "mean squared gap before the start", list, err));
  MUSTER_TRY(plain(NAME, outcome, "mspe_ratio", fit->ratio, "after / before", list, err));
  for (size_t t = 0; t < fit->n_times; t++) {
    row = muster_estimate_blank(NAME, outcome, "gap");
    row.time = times ? times[t] : (double)t;
    row.estimate = fit->gap[t];
    row.note = t < n_before ? "before the start" : "";
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  return weights(NAME, outcome, fit->weights, fit->n_units, unit_id, list, err);
}

muster_status muster_sdid_rows(const muster_sdid *fit, const double *times, const uint32_t *unit_id,
                               const char *outcome, muster_estimates *list, muster_error *err) {
  static const char NAME[] = "sdid";
  muster_estimate row = muster_estimate_blank(NAME, outcome, "att");
  muster_estimate_fill(&row, fit->att, fit->std_error, INFINITY, LEVEL);
  row.n_units = fit->n_units;
  row.n_obs = fit->n_units * fit->n_times;
  row.note = "placebo standard error for one treated unit, jackknife for several";
  MUSTER_TRY(muster_estimates_add(list, &row, err));
  for (size_t t = 0; t < fit->n_times; t++) {
    if (!(fit->time_weights[t] > 0)) continue;
    row = muster_estimate_blank(NAME, outcome, "time_weight");
    row.time = times ? times[t] : (double)t;
    row.estimate = fit->time_weights[t];
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  return weights(NAME, outcome, fit->unit_weights, fit->n_units, unit_id, list, err);
}

muster_status muster_matched_row(const muster_matched_effect *effect, const char *estimator, const char *term,
                                 const char *outcome, muster_estimates *list, muster_error *err) {
  muster_estimate row = muster_estimate_blank(estimator, outcome, term);
  muster_estimate_fill(&row, effect->estimate, effect->std_error, effect->df, LEVEL);
  row.n_obs = effect->n_obs;
  row.n_units = effect->n_obs;
  row.n_clusters = effect->n_clusters ? effect->n_clusters : effect->n_pairs;
  row.note = effect->note;
  return muster_estimates_add(list, &row, err);
}

static muster_status itt_row(const muster_itt *itt, const char *term, const char *outcome, muster_estimates *list,
                             muster_error *err) {
  muster_estimate row = muster_estimate_blank("rct", outcome, term);
  muster_estimate_fill(&row, itt->estimate, itt->std_error, itt->df, LEVEL);
  row.n_units = row.n_obs = itt->n;
  row.n_clusters = itt->n_clusters;
  row.note = itt->note;
  return muster_estimates_add(list, &row, err);
}

/** The trial's columns with a constant in front: constant, treated, covariates. Owned by the arrays. */
typedef struct trial_columns {
  double *room;
  const double **x;
} trial_columns;

static muster_status columns_of(const muster_trial *trial, trial_columns *c, muster_error *err) {
  c->room = muster_alloc(2 * trial->n, sizeof *c->room);
  c->x = muster_alloc(2 + trial->k, sizeof *c->x);
  if (!c->room || !c->x) return muster_fail_memory(err);
  for (size_t i = 0; i < trial->n; i++) {
    c->room[i] = 1;
    c->room[trial->n + i] = trial->treated[i] != 0;
  }
  c->x[0] = c->room;
  c->x[1] = c->room + trial->n;
  for (size_t j = 0; j < trial->k; j++) c->x[2 + j] = trial->x[j];
  return MUSTER_OK;
}

/** Multilevel difference and the unadjusted total variance. */
static muster_status multilevel(const muster_trial *trial, const char *outcome, double *difference, double *std_error,
                                double *df, double *total, muster_estimates *list, muster_error *err) {
  trial_columns columns = {.room = NULL};
  muster_mixed full = {.k = 0}, empty = {.k = 0};
  muster_status status = columns_of(trial, &columns, err);
  muster_design design = {.n = trial->n, .k = 2 + trial->k, .x = columns.x, .y = trial->y};
  if (status == MUSTER_OK) status = muster_mixed_fit(&design, trial->cluster, trial->n_clusters, &full, err);
  design.k = 1;
  if (status == MUSTER_OK) status = muster_mixed_fit(&design, trial->cluster, trial->n_clusters, &empty, err);
  if (status == MUSTER_OK) {
    char note[160];
    snprintf(
        note, sizeof note,
        "random school intercept, REML, Satterthwaite; variance between %.4g, within %.4g; without covariates %.4g "
        "and %.4g",
        full.between, full.within, empty.between, empty.within);
    *difference = full.beta[1];
    *std_error = full.std_error[1];
    *df = full.df[1];
    *total = empty.between + empty.within;
    muster_estimate row = muster_estimate_blank("rct", outcome, "multilevel");
    muster_estimate_fill(&row, *difference, *std_error, *df, LEVEL);
    row.n_units = row.n_obs = trial->n;
    row.n_clusters = trial->n_clusters;
    row.note = note;
    status = muster_estimates_add(list, &row, err);
  }
  muster_mixed_free(&full);
  muster_mixed_free(&empty);
  muster_free(columns.room);
  muster_free(columns.x);
  return status;
}

muster_status muster_icc_row(const double *y, const uint32_t *cluster, size_t n, size_t n_clusters, const char *term,
                             const char *outcome, muster_estimates *list, muster_error *err) {
  muster_icc icc;
  MUSTER_TRY(muster_icc_of(y, cluster, n, n_clusters, &icc, err));
  muster_estimate row = muster_estimate_blank("rct", outcome, term);
  row.estimate = icc.icc;
  row.conf_low = icc.conf_low;
  row.conf_high = icc.conf_high;
  row.n_units = row.n_obs = icc.n;
  row.n_clusters = icc.n_clusters;
  row.note = "one-way analysis of variance, 95% interval by Searle's F";
  return muster_estimates_add(list, &row, err);
}

/* Standard deviation about the means of the two arms. */
static double sd_within_arms(const muster_trial *t, const double *count) {
  double mean[2] = {0, 0}, squares = 0;
  for (size_t i = 0; i < t->n; i++) mean[t->treated[i] != 0] += t->y[i] / count[t->treated[i] != 0];
  for (size_t i = 0; i < t->n; i++) squares += pow(t->y[i] - mean[t->treated[i] != 0], 2);
  return sqrt(squares / ((double)t->n - 2));
}

static muster_status clusters_by_arm(const muster_trial *t, double *clusters, bool *apart, muster_error *err) {
  unsigned char *seen = muster_alloc(t->n_clusters, 1);
  if (!seen) return muster_fail_memory(err);
  for (size_t i = 0; i < t->n; i++) seen[t->cluster[i]] |= t->treated[i] ? 2 : 1;
  *apart = true;
  for (size_t c = 0; c < t->n_clusters; c++) {
    clusters[seen[c] >> 1] += seen[c] == 1 || seen[c] == 2;
    *apart = *apart && seen[c] != 3;
  }
  muster_free(seen);
  return MUSTER_OK;
}

/* Effect sizes as published meta-analyses take them: no covariates, a variance of their own. Left out where there is
 * none: two pupils an arm, schools with both arms. */
static muster_status effect_size_row(const muster_trial *trial, double difference, const double *arms,
                                     const char *outcome, muster_estimates *list, muster_error *err) {
  double sd = sd_within_arms(trial, arms), clusters[2] = {0, 0};
  bool apart = false;
  muster_error ignored = {0};
  muster_estimate row = muster_estimate_blank("rct", outcome, trial->cluster ? "hedges_d_total" : "hedges_g_plain");
  char note[240];
  if (trial->cluster) {
    muster_icc icc;
    double d, variance;
    MUSTER_TRY(clusters_by_arm(trial, clusters, &apart, err));
    MUSTER_TRY(muster_icc_of(trial->y, trial->cluster, trial->n, trial->n_clusters, &icc, err));
    double size = (double)trial->n / (double)trial->n_clusters, rho = fmin(fmax(icc.icc, 0), 1);
    if (!apart ||
        muster_d_total(difference / sd, size, clusters[1], clusters[0], rho, &d, &variance, &ignored) != MUSTER_OK)
      return MUSTER_OK;
    muster_estimate_fill(&row, d, sqrt(variance), INFINITY, LEVEL);
    row.n_clusters = trial->n_clusters;
    snprintf(
        note, sizeof note,
        "unadjusted difference over the total standard deviation within arms, %.4g pupils a school taken as equal, "
        "icc %.4g; Hedges (2007), normal interval",
        size, rho);
  } else {
    muster_effect_size size;
    if (muster_hedges_g(difference, sd, arms[1], arms[0], &size, &ignored) != MUSTER_OK) return MUSTER_OK;
    muster_estimate_fill(&row, size.g, size.std_error, INFINITY, LEVEL);
    snprintf(note, sizeof note,
             "unadjusted difference over the standard deviation within arms, exact J; 1/n1 + 1/n0 + g^2/(2n), normal "
             "interval");
  }
  row.n_units = row.n_obs = trial->n;
  row.note = note;
  return muster_estimates_add(list, &row, err);
}

muster_status muster_rct_rows(const muster_trial *trial, const char *outcome, muster_estimates *list,
                              muster_error *err) {
  muster_covariance_kind kind = trial->cluster ? MUSTER_CR2 : MUSTER_HC2;
  muster_itt itt;
  MUSTER_TRY(muster_itt_of(trial, false, kind, &itt, err));
  MUSTER_TRY(itt_row(&itt, "itt", outcome, list, err));
  double plain_difference = itt.estimate;
  if (trial->k) {
    MUSTER_TRY(muster_itt_of(trial, true, kind, &itt, err));
    MUSTER_TRY(itt_row(&itt, "itt_adjusted", outcome, list, err));
  }
  double difference = itt.estimate, std_error = itt.std_error, df = itt.df, total = 0, mean = 0, arms[2] = {0, 0};
  for (size_t i = 0; i < trial->n; i++) {
    mean += trial->y[i] / (double)trial->n;
    arms[trial->treated[i] != 0]++;
  }
  for (size_t i = 0; i < trial->n; i++) total += pow(trial->y[i] - mean, 2) / ((double)trial->n - 1);
  if (trial->cluster) {
    MUSTER_TRY(multilevel(trial, outcome, &difference, &std_error, &df, &total, list, err));
    MUSTER_TRY(muster_icc_row(trial->y, trial->cluster, trial->n, trial->n_clusters, "icc", outcome, list, err));
  }
  double scale = muster_hedges_j(arms[0] + arms[1] - 2) / sqrt(total);
  muster_estimate row = muster_estimate_blank("rct", outcome, "hedges_g");
  muster_estimate_fill(&row, difference * scale, std_error * scale, df, LEVEL);
  row.n_units = row.n_obs = trial->n;
  row.n_clusters = trial->cluster ? trial->n_clusters : 0;
  row.note = "adjusted difference over the unadjusted total standard deviation, exact J; interval of the difference";
  MUSTER_TRY(muster_estimates_add(list, &row, err));
  return effect_size_row(trial, plain_difference, arms, outcome, list, err);
}

muster_status muster_cace_rows(const muster_cace *cace, size_t n, const char *outcome, muster_estimates *list,
                               muster_error *err) {
  muster_estimate row = muster_estimate_blank("cace", outcome, "participants");
  muster_estimate_fill(&row, cace->estimate, cace->std_error, cace->df, LEVEL);
  row.n_units = row.n_obs = n;
  row.note = cace->note;
  MUSTER_TRY(muster_estimates_add(list, &row, err));
  MUSTER_TRY(plain("cace", outcome, "itt_outcome", cace->itt_y, "without covariates", list, err));
  return plain("cace", outcome, "itt_participation", cace->itt_taken, "without covariates", list, err);
}

muster_status muster_glm_rows(const muster_glm *fit, const muster_vcov *vcov, const char *const *names,
                              const char *estimator, const char *outcome, muster_estimates *list, muster_error *err) {
  char note[320];
  snprintf(note, sizeof note, "%s", vcov->note);
  if (fit->n_dropped)
    snprintf(note, sizeof note, "%s; %zu rows of units or times whose outcome is %s say nothing and were left out",
             vcov->note, fit->n_dropped, fit->family == MUSTER_LOGIT ? "all 0 or all 1" : "all 0");
  for (size_t j = 0; j < fit->k; j++) {
    if (isnan(fit->beta[j])) continue;
    muster_estimate row = muster_estimate_blank(estimator, outcome, names[j]);
    muster_estimate_fill(&row, fit->beta[j], muster_vcov_se(vcov, j), vcov->df[j], LEVEL);
    row.n_obs = fit->n;
    row.n_clusters = vcov->n_clusters;
    row.note = note;
    MUSTER_TRY(muster_estimates_add(list, &row, err));
  }
  return MUSTER_OK;
}
