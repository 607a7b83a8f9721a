/* Regression to the mean by formula: what pupils chosen beyond a line do later when nothing is done, from a model of
 * all pupils. Levels are taken as stable, so the move is a lower bound. */
#include <math.h>
#include <stdio.h>

#include "estimators.h"

enum { NONE, NORMAL, GAMMA_POISSON, BETA_BINOMIAL };

static muster_status need(const muster_part *part, const char *model, const char *const *keys, muster_error *err) {
  for (; *keys; keys++) {
    if (muster_part_given(part, *keys)) continue;
    muster_fail(err, MUSTER_PACK, "regression_to_the_mean with model = \"%s\" says nothing of %s", model, *keys);
    muster_error_expected(err, "%s = a number", *keys);
    return MUSTER_PACK;
  }
  return MUSTER_OK;
}

static muster_status put(study_job *job, const char *term, double value, const char *note, muster_error *err) {
  muster_estimate row = muster_estimate_blank("regression_to_the_mean", job->name, term);
  row.estimate = value;
  row.note = note;
  return muster_estimates_add(study_rows(job), &row, err);
}

static muster_status put_expected(study_job *job, const muster_rtm_expected *found, const char *note,
                                  muster_error *err) {
  const struct {
    const char *term;
    double value;
  } rows[] = {{"model_share", found->share},   {"model_first", found->first},      {"model_second", found->second},
              {"model_change", found->change}, {"model_improved", found->improve}, {"model_still", found->still}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) MUSTER_TRY(put(job, rows[i].term, rows[i].value, note, err));
  return MUSTER_OK;
}

static muster_status normal(study_job *job, const muster_part *part, muster_error *err) {
  static const char *const keys[] = {"mean", "sd", "correlation", "cut", NULL};
  MUSTER_TRY(need(part, "normal", keys, err));
  muster_rtm_normal_setting setting = {.mean = muster_part_number(part, "mean", 0),
                                       .sd = muster_part_number(part, "sd", 1),
                                       .correlation = muster_part_number(part, "correlation", 0),
                                       .baselines = muster_part_number(part, "baselines", 1),
                                       .cut = muster_part_number(part, "cut", 0),
                                       .select_above = true};
  muster_rtm_normal_result found;
  MUSTER_TRY(muster_rtm_normal(&setting, &found, err));
  char note[240];
  snprintf(note, sizeof note,
           "no effect: normal with mean %g and standard deviation %g, correlation %g, chosen from %g on by the mean of "
           "%g; Barnett, van der Pols and Dobson (2005)",
           setting.mean, setting.sd, setting.correlation, setting.cut, setting.baselines);
  MUSTER_TRY(put(job, "model_share", found.share, note, err));
  return put(job, "model_change", -found.expected, note, err);
}

static muster_status gamma_poisson(study_job *job, const muster_part *part, muster_error *err) {
  static const char *const keys[] = {"mean", "shape", "cut", NULL};
  MUSTER_TRY(need(part, "gamma-poisson", keys, err));
  double mean = muster_part_number(part, "mean", 0), shape = muster_part_number(part, "shape", 0),
         cut = ceil(muster_part_number(part, "cut", 0) - 1e-9);
  if (!(cut >= 0 && cut <= 1e6)) {
    muster_fail(err, MUSTER_PACK, "cut is %g", cut);
    muster_error_expected(err, "with model = \"gamma-poisson\" a count of sessions");
    return MUSTER_PACK;
  }
  muster_rtm_expected found;
  MUSTER_TRY(muster_rtm_gamma_poisson(mean, shape, (unsigned)cut, &found, err));
  char note[200];
  snprintf(note, sizeof note,
           "no effect: Poisson counts, stable levels gamma with mean %g and shape %g, chosen from %g on, a second "
           "window as long",
           mean, shape, cut);
  return put_expected(job, &found, note, err);
}

static muster_status beta_binomial(study_job *job, const muster_part *part, muster_error *err) {
  static const char *const keys[] = {"a", "b", "sessions", "cut", NULL};
  MUSTER_TRY(need(part, "beta-binomial", keys, err));
  double a = muster_part_number(part, "a", 1), b = muster_part_number(part, "b", 1),
         cut = muster_part_number(part, "cut", 0);
  unsigned sessions = (unsigned)muster_part_count(part, "sessions", 1);
  unsigned later = (unsigned)muster_part_count(part, "later", sessions);
  muster_rtm_expected found;
  MUSTER_TRY(muster_rtm_beta_binomial(a, b, sessions, later, cut, &found, err));
  char note[200];
  snprintf(note, sizeof note,
           "no effect: stable chances Beta(%g, %g), chosen from a share of %g of %u sessions on, watched over %u", a, b,
           cut, sessions, later);
  return put_expected(job, &found, note, err);
}

muster_status study_rtm_model(study_job *job, const muster_part *part, muster_error *err) {
  switch (muster_part_choice(part, "model")) {
    case NORMAL: return normal(job, part, err);
    case GAMMA_POISSON: return gamma_poisson(job, part, err);
    case BETA_BINOMIAL: return beta_binomial(job, part, err);
    default: return MUSTER_OK;
  }
}
