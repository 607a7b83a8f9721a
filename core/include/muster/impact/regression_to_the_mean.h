/* muster/impact/regression_to_the_mean.h - the change to expect when nothing is done.
 * Pupils chosen because their absence was high will on average be absent less later, whatever is done. These functions
 * say how much less: from a model (closed forms) or from the study's own pupils. Higher values are worse throughout. */
#ifndef MUSTER_IMPACT_REGRESSION_TO_THE_MEAN_H
#define MUSTER_IMPACT_REGRESSION_TO_THE_MEAN_H

#include "muster/base/memory.h"

MUSTER_BEGIN_DECLS

/** Normal outcomes, selected beyond a cut-off on the mean of `baselines` measurements. */
typedef struct muster_rtm_normal_setting {
  double mean, sd;    /* of one measurement over all pupils */
  double correlation; /* of two measurements of one pupil: between-pupil variance / all variance */
  double baselines;   /* m, measurements averaged for the selection */
  double cut;
  bool select_above;
} muster_rtm_normal_setting;

typedef struct muster_rtm_normal_result {
  double expected;  /* move of the selected towards the mean under no effect, >= 0 */
  double published; /* the same with z taken over the sd of one measurement, as in the code of Barnett et al. */
  double share;     /* of all pupils who are selected */
} muster_rtm_normal_result;

/** (sw2/m) / sqrt(sb2 + sw2/m) * phi(z)/(1 - Phi(z)), z the distance of the cut-off from the mean in standard
 * deviations of the selection variable (Barnett, van der Pols & Dobson 2005, Int J Epidemiol 34:215, equations 1-2). */
MUSTER_CHECK muster_status muster_rtm_normal(const muster_rtm_normal_setting *setting, muster_rtm_normal_result *out,
                                             muster_error *err);

/** What a group selected on a first window does in a second, under no effect. */
typedef struct muster_rtm_expected {
  double share;    /* of all pupils who are selected */
  double first;    /* mean of the selected in the first window */
  double second;   /* their expected mean in the second, in the units of the first */
  double change;   /* second - first */
  double relative; /* change / first */
  double improve;  /* share of the selected who do better in the second window */
  double still;    /* share of the selected at or above the cut-off again */
} muster_rtm_expected;

/** Counts: sessions missed are Poisson around a pupil's own level, levels are gamma with mean `mean` and shape `shape`;
 * pupils with at least `cut` sessions are selected; the second window is as long as the first. */
MUSTER_CHECK muster_status muster_rtm_gamma_poisson(double mean, double shape, unsigned cut, muster_rtm_expected *out,
                                                    muster_error *err);

/** Shares: a pupil misses each session with their own probability, drawn from Beta(a, b) and stable; pupils who missed
 * at least share `cut` of `sessions` are selected and watched over `later` sessions. Volatile pupils regress more than
 * this. Results are shares. */
MUSTER_CHECK muster_status muster_rtm_beta_binomial(double a, double b, unsigned sessions, unsigned later, double cut,
                                                    muster_rtm_expected *out, muster_error *err);

/** Posterior mean of a pupil's level after `count` in one window: (shape + count) mean / (shape + mean). */
double muster_gamma_poisson_posterior(double mean, double shape, double count);

/** Posterior mean of a pupil's probability after `missed` of `sessions`: (missed + a) / (sessions + a + b). */
double muster_beta_binomial_posterior(double a, double b, double missed, double sessions);

/** One estimate of the table; NaN where it could not be formed. */
typedef struct muster_rtm_estimate {
  double estimate, std_error, df;
} muster_rtm_estimate;

/** A study in which pupils were chosen on what is later compared. Columns of `n`; borrowed. */
typedef struct muster_rtm_columns {
  size_t n;
  const double *earlier;   /* a window before the selection, not used to select; NULL when there is none */
  const double *selection; /* the window pupils were chosen on */
  const double *followup;
  const unsigned char *treated;
  double cut; /* eligible: selection >= cut */
} muster_rtm_columns;

/** What the raw before/after must be read against. Differences are follow-up minus selection window unless said. */
typedef struct muster_rtm_study {
  size_t n_treated, n_eligible;        /* eligible: at or above the cut-off and not treated */
  muster_rtm_estimate before_after;    /* of the treated: paired */
  muster_rtm_estimate did_all;         /* against all others */
  muster_rtm_estimate did_eligible;    /* against the equally selected (Welch) */
  muster_rtm_estimate ancova;          /* treated against eligible, given selection and earlier window (HC2) */
  muster_rtm_estimate adjusted;        /* follow-up minus what was expected with no effect; slope taken as known */
  muster_rtm_estimate against_earlier; /* follow-up minus the earlier window: paired */
  double slope;                        /* of the earlier window on the selection window, over all pupils */
  double expected_change;              /* of the treated, under no effect */
  double improved_treated, improved_eligible; /* shares; the second is the benchmark of the first */
  bool selected_on_outcome; /* the treated stood further from all pupils than half a standard deviation before */
} muster_rtm_study;

/** Fills the table. Without `earlier`, `adjusted`, `against_earlier`, `slope` and `expected_change` are NaN and the
 * ANCOVA is on the selection window alone.
 * @retval MUSTER_DATA  fewer than two treated pupils or two others, or a value that is not finite */
MUSTER_CHECK muster_status muster_rtm_study_of(const muster_rtm_columns *columns, muster_rtm_study *out,
                                               muster_error *err);

MUSTER_END_DECLS
#endif
