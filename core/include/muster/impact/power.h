/* muster/impact/power.h - what a study of this size can see, before it starts.
 * Power and minimum detectable effect sizes (MDES) in closed form, and by simulation with the study's own estimator on
 * the study's own panel. Effects are in standard deviations of the outcome where nothing else is said. */
#ifndef MUSTER_IMPACT_POWER_H
#define MUSTER_IMPACT_POWER_H

#include "muster/base/parallel.h"
#include "muster/impact/panel.h"

MUSTER_BEGIN_DECLS

/** P(T > t) for Student's t with `df` degrees of freedom (INFINITY: the normal) and noncentrality `shift`.
 * Trapezoid rule over the log of the scale, where the integrand is analytic; absolute error below 1e-13.
 * NaN when `df` < 1 or an argument is NaN. */
double muster_noncentral_t_above(double t, double df, double shift);

/** Power of a t test of an effect that lies `shift` standard errors from zero.
 * @param both_tails  counts rejections in the wrong direction too; R's power.t.test leaves them out by default */
double muster_power_t(double shift, double df, double alpha, bool both_tails);

/** t(1 - alpha/2) + t(power): how many standard errors an effect must measure (Bloom 1995). `df` may be INFINITY. */
double muster_mdes_multiplier(double alpha, double power, double df);

typedef enum muster_mdes_design {
  MUSTER_MDES_PUPILS,  /* pupils are drawn one by one */
  MUSTER_MDES_BLOCKS,  /* pupils are drawn within blocks that have fixed effects */
  MUSTER_MDES_CLUSTERS /* whole schools are drawn */
} muster_mdes_design;

/** A design on paper; see muster_mdes. */
typedef struct muster_mdes_plan {
  muster_mdes_design design;
  double groups;        /* schools or blocks; not used for MUSTER_MDES_PUPILS */
  double pupils;        /* in each school or block; in all for MUSTER_MDES_PUPILS */
  double icc;           /* share of the outcome's variance that lies between schools; only MUSTER_MDES_CLUSTERS */
  double treated_share; /* P, of schools or pupils */
  double r2_between;    /* share of the between-school variance that covariates explain */
  double r2_within;     /* share of the pupil-level variance that covariates explain */
  double covariates;    /* g, at the level that is drawn */
  double alpha, power;
} muster_mdes_plan;

typedef struct muster_mdes_result {
  double mdes, std_error, multiplier, df;
} muster_mdes_result;

/** Minimum detectable effect size (Dong & Maynard 2013; designs IRA1_1, BIRA2_1f and CRA2_2r of PowerUp!).
 * clusters: sqrt( icc (1-R2b) / (P(1-P)J) + (1-icc)(1-R2w) / (P(1-P)Jn) ), df = J - g - 2;
 * blocks: df = J(n-1) - g - 1;  pupils: df = n - g - 2. */
MUSTER_CHECK muster_status muster_mdes(const muster_mdes_plan *plan, muster_mdes_result *out, muster_error *err);

/** Power of a two-sample t test on cluster means: `clusters` in all, half of them treated, `pupils` in each. */
double muster_power_clusters(double effect, double clusters, double pupils, double icc, double alpha);

/** Power of a difference in differences of unit means over `before` and `after` periods, half of `units` treated, when
 * a unit's outcome follows an AR(1) with correlation `rho` and standard deviation `sd`. */
double muster_power_did(double effect, unsigned units, unsigned before, unsigned after, double rho, double sd,
                        double alpha);

/** Pupils in each of two equal arms for a t test of `effect` (in units of `sd`) to have this power; not rounded. */
MUSTER_CHECK muster_status muster_sample_two_means(double effect, double sd, double alpha, double power,
                                                   double *per_arm, muster_error *err);

/** Pupils in each of two equal arms to tell share `p1` from share `p2` (normal approximation, pooled under the null);
 * not rounded. Multiply by muster_design_effect for whole schools. */
MUSTER_CHECK muster_status muster_sample_two_shares(double p1, double p2, double alpha, double power, double *per_arm,
                                                    muster_error *err);

/** 1 + (n - 1) icc for equal clusters of n; with a coefficient of variation `cv` of cluster sizes
 * 1 + ((cv^2 + 1) n - 1) icc (Eldridge, Ashby & Kerry 2006). */
double muster_design_effect(double mean_size, double cv, double icc);

/** The study's own estimator, told a panel with a drawn treatment; `df` of Student's t, infinite for the normal. Called
 * from several threads at once; `context` is shared. A data error counts as a draw that gave no answer. */
typedef muster_status (*muster_power_estimator)(void *context, const muster_panel *panel, double *estimate,
                                                double *std_error, double *df, muster_error *err);

/** A simulation on registers as they are: whole clusters are drawn to be treated from `start` on, `effect` is added to
 * their outcome from then, and the estimator is asked. */
typedef struct muster_power_plan {
  const muster_panel *panel; /* before any treatment; its `treated` and `cohort` are not read */
  size_t treated_clusters;
  uint32_t start; /* number of the first treated time */
  double effect;
  double alpha;
  size_t draws;
  uint64_t seed; /* draw i depends on seed and i alone, so neither threads nor order change a figure */
  unsigned jobs; /* 0 or 1: this thread */
} muster_power_plan;

typedef struct muster_power_found {
  size_t draws, failed; /* failed: the estimator gave no answer */
  double power, power_se;
  double mean, sd; /* of the estimates */
  double mean_se;  /* mean of the standard errors; well below `sd` means they are too small */
  double coverage; /* share of 95% intervals, estimate +- t(df) se, that hold `effect` */
} muster_power_found;

/** @retval MUSTER_DATA  no draws, as many treated clusters as there are, or a start outside the panel */
MUSTER_CHECK muster_status muster_power_simulate(const muster_power_plan *plan, muster_power_estimator estimator,
                                                 void *context, const muster_progress *progress,
                                                 muster_power_found *out, muster_error *err);

MUSTER_END_DECLS
#endif
