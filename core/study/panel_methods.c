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

muster_cs_options study_cs_options(const study_job *job, const muster_part *part) {
  return (muster_cs_options){.outcome = job->name,
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
}

muster_status study_callaway_santanna(study_job *job, const muster_part *part, muster_error *err) {
  muster_cs_options options = study_cs_options(job, part);
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
