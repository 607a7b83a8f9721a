/* A comparison group that is looked for: matching and weighting on all that was known before the start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "windows.h"

/* Errors are by the clusters of the panel where they hold more than one unit. */
static const uint32_t *clusters_of(const study_units *u) { return u->clustered ? u->cluster : NULL; }

static muster_status needs_covariates(const study_units *u, muster_error *err) {
  if (u->k) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "there is nothing to compare units by");
  muster_error_todo(err, "name covariates in panel { covariates = { ... } }");
  return MUSTER_DATA;
}

static void subtract_before(study_units *u) {
  for (size_t i = 0; i < u->n && u->has_before; i++) u->y[i] -= u->before[i];
}

static muster_status effect_row(study_job *job, const study_units *u, const muster_match_data *data,
                                const double *weight, const muster_matches *pairs, bool adjust, const char *estimator,
                                const char *term, muster_error *err) {
  muster_matched_effect effect;
  MUSTER_TRY(muster_matched_effect_of(data, u->y, weight, pairs, adjust, &effect, err));
  if (pairs && !adjust && !data->cluster) { /* the errors know the pairs that were made, not those that other draws would have made */
    size_t at = strlen(effect.note);
    snprintf(effect.note + at, sizeof effect.note - at, "; too narrow where pairs still differ: read treated_adjusted");
  }
  return muster_matched_row(&effect, estimator, term, job->name, study_rows(job), err);
}

static muster_status abadie_imbens_row(study_job *job, const study_units *u, const muster_match_data *data,
                                       const double *score, muster_error *err) {
  muster_abadie_imbens found;
  MUSTER_TRY(muster_abadie_imbens_of(data, score, u->y, 0, &found, err));
  muster_estimate row = muster_estimate_blank("matching", job->name, "treated_all_ties");
  muster_estimate_fill(&row, found.att, found.std_error, INFINITY, 0.95);
  row.n_units = row.n_obs = u->n;
  row.note = u->clustered
                 ? "one to one on the score with replacement, all ties; Abadie and Imbens (2006), which knows no "
                   "clusters: too narrow where pupils of a school are alike"
                 : "one to one on the score with replacement, all ties; Abadie and Imbens (2006)";
  return muster_estimates_add(study_rows(job), &row, err);
}

/* Fisher's sign test: had nothing been done, either of a pair might as well have been the treated one. Where units come
 * in clusters all pairs of a treated unit's cluster change their sign together. */
static muster_status signs_row(study_job *job, const muster_part *part, const study_units *u,
                               const muster_matches *pairs, muster_error *err) {
  muster_matched_effect mean;
  muster_status status = muster_paired_effect(u->y, pairs, &mean, err);
  if (status != MUSTER_OK) return status == MUSTER_DATA ? MUSTER_OK : status;
  size_t n_signs = u->clustered ? u->n_clusters : u->n, n = 0;
  double *difference = muster_alloc(n_signs, sizeof *difference);
  unsigned char *seen = muster_alloc(n_signs, 1);
  status = difference && seen ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < u->n; i++) {
    if (pairs->match[i] == MUSTER_MATCH_NONE) continue;
    size_t sign = u->clustered ? u->cluster[i] : i;
    difference[sign] += u->y[i] - u->y[pairs->match[i]];
    seen[sign] = 1;
  }
  for (size_t i = 0; status == MUSTER_OK && i < n_signs; i++)
    if (seen[i]) difference[n++] = difference[i];
  muster_signflip test;
  uint64_t seed = study_seed(job, part);
  if (status == MUSTER_OK)
    status = muster_signflip_test(difference, n, muster_part_count(part, "draws", 0), seed, &test, err);
  muster_free(difference);
  muster_free(seen);
  MUSTER_TRY(status);
  char note[240], drawn[80] = "all of them";
  if (!test.exact)
    snprintf(drawn, sizeof drawn, "%zu drawn with seed %llu, p = (1+x)/(1+n)", test.n_assignments,
             (unsigned long long)seed);
  snprintf(note, sizeof note,
           "Fisher's sign test of %zu pairs by %zu signs%s: %s; %zu sums as large as the one seen, ties counted",
           mean.n_pairs, n, u->clustered ? ", one for each cluster of the treated" : "", drawn, test.n_upper);
  muster_estimate row = muster_estimate_blank("matching", job->name, "treated_signs");
  row.estimate = mean.estimate;
  row.p_value = test.p;
  row.n_units = row.n_obs = mean.n_obs;
  row.n_clusters = n;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status match(study_job *job, const muster_part *part, const study_units *u, double *score,
                           muster_error *err) {
  muster_match_data data = {.n = u->n, .k = u->k, .x = u->x, .treated = u->treated, .cluster = clusters_of(u)};
  bool by_score = muster_part_choice(part, "distance") == 0;
  if (by_score) MUSTER_TRY(muster_propensity(&data, score, NULL, NULL, err));
  muster_match_plan plan = {.score = by_score ? score : NULL,
                            .block = muster_part_choice(part, "within") == 1 ? u->cluster : NULL,
                            .caliper = muster_part_number(part, "caliper", 0),
                            .replacement = muster_part_flag(part, "replacement", false)};
  muster_matches pairs = {0};
  MUSTER_TRY(muster_match(&data, &plan, &pairs, err));
  const muster_matches *as_pairs = plan.replacement ? NULL : &pairs;
  muster_status status = study_balance_of(job, u, &data, pairs.weight, &pairs, "matched", err);
  if (status == MUSTER_OK) status = muster_guard_support(&pairs, &job->finding->warnings, err);
  if (status == MUSTER_OK)
    status = effect_row(job, u, &data, pairs.weight, as_pairs, false, "matching", "treated", err);
  if (status == MUSTER_OK && muster_part_flag(part, "adjust", true))
    status = effect_row(job, u, &data, pairs.weight, as_pairs, true, "matching", "treated_adjusted", err);
  if (status == MUSTER_OK && as_pairs) status = signs_row(job, part, u, as_pairs, err);
  if (status == MUSTER_OK && plan.replacement && by_score) status = abadie_imbens_row(job, u, &data, score, err);
  muster_matches_free(&pairs);
  return status;
}

typedef muster_status (*unit_method)(study_job *, const muster_part *, const study_units *, double *, muster_error *);

static muster_status with_scores(study_job *job, const muster_part *part, unit_method method, muster_error *err) {
  study_units u;
  MUSTER_TRY(study_units_of(job, true, muster_part_flag(part, "baseline", true), &u, err));
  if (muster_part_flag(part, "change", false)) subtract_before(&u);
  double *score = muster_alloc(2 * u.n, sizeof *score);
  muster_status status = score ? needs_covariates(&u, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) status = method(job, part, &u, score, err);
  muster_free(score);
  study_units_free(&u);
  return status;
}

muster_status study_matching(study_job *job, const muster_part *part, muster_error *err) {
  return with_scores(job, part, match, err);
}

static muster_status weigh(study_job *job, const muster_part *part, const study_units *u, double *score,
                           muster_error *err) {
  muster_match_data data = {.n = u->n, .k = u->k, .x = u->x, .treated = u->treated, .cluster = clusters_of(u)};
  double *weight = score + u->n, effective;
  MUSTER_TRY(muster_propensity(&data, score, NULL, NULL, err));
  MUSTER_TRY(muster_att_weights(&data, score, weight, &effective, err));
  MUSTER_TRY(study_balance_of(job, u, &data, weight, NULL, "weighted", err));
  MUSTER_TRY(effect_row(job, u, &data, weight, NULL, false, "weighting", "treated", err));
  if (!muster_part_flag(part, "adjust", true)) return MUSTER_OK;
  return effect_row(job, u, &data, weight, NULL, true, "weighting", "treated_adjusted", err);
}

muster_status study_weighting(study_job *job, const muster_part *part, muster_error *err) {
  return with_scores(job, part, weigh, err);
}
