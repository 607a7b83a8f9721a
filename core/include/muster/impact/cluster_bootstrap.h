/* muster/impact/cluster_bootstrap.h - inference for the static effect when clusters are few.
 *
 * Wild cluster bootstrap (Cameron, Gelbach & Miller 2008; Roodman and others 2019): residuals, by default those under
 * the null (WCR), get one random weight for each cluster; every draw is studentised. Pairs bootstrap: whole clusters
 * are drawn with replacement and the regression is solved again. Both run from sums over clusters, not over rows. */
#ifndef MUSTER_IMPACT_CLUSTER_BOOTSTRAP_H
#define MUSTER_IMPACT_CLUSTER_BOOTSTRAP_H

#include "muster/impact/twfe.h"

MUSTER_BEGIN_DECLS

typedef enum muster_wild_weights {
  MUSTER_WILD_AUTO,       /* Rademacher from 12 clusters on, Webb below */
  MUSTER_WILD_RADEMACHER, /* -1, 1 */
  MUSTER_WILD_WEBB,       /* +-sqrt(1/2), +-1, +-sqrt(3/2) */
  MUSTER_WILD_MAMMEN,     /* (1 -+ sqrt(5))/2, third moment 1 */
} muster_wild_weights;

/** Zero-initialised: WCR of "no effect", automatic weights, 9,999 draws with seed 0, 95% interval by inversion. */
typedef struct muster_wild_options {
  muster_regression_options regression; /* outcome, fe_count of the printed t, level */
  muster_wild_weights weights;
  bool unrestricted; /* WCU: residuals of the full model */
  double null;       /* tested value */
  size_t draws;      /* when all weight vectors are no more than this, each is taken once; 0 = 9999 */
  uint64_t seed;     /* mt19937 */
} muster_wild_options;

typedef struct muster_wild {
  double beta, se, t;         /* CR1 */
  double p_strict;            /* share of |t*| above |t| */
  double p;                   /* ties counted too, at a relative 1e-9: the sample itself is one of the draws */
  double conf_low, conf_high; /* where p crosses 1 - level; infinite when it never does */
  double quantile;            /* `level` quantile of |t*| (type 7), with the small-sample factor */
  double quantile_upper;      /* (1 + level)/2 quantile */
  size_t n_obs, n_units, n_clusters, n_draws;
  bool enumerated;
  muster_wild_weights weights; /* used */
} muster_wild;

/** Tests the coefficient of `treated` in the regression of muster_twfe.
 * @retval MUSTER_DATA  units change cluster, one cluster, or treatment is not identified */
MUSTER_CHECK muster_status muster_wild_fit(const muster_panel *panel, const muster_wild_options *options,
                                           muster_wild *out, muster_error *err);

/** Row `wild_bootstrap`, term `treated`. */
MUSTER_CHECK muster_status muster_wild_bootstrap(const muster_panel *panel, const muster_wild_options *options,
                                                 muster_estimates *out, muster_error *err);

typedef struct muster_pairs_options {
  muster_regression_options regression;
  size_t draws;  /* 0 = 999 */
  uint64_t seed; /* mt19937 */
} muster_pairs_options;

typedef struct muster_pairs {
  double beta, se;            /* standard deviation of the draws */
  double conf_low, conf_high; /* percentile interval */
  size_t n_obs, n_units, n_clusters, n_draws;
  size_t n_failed; /* draws in which the effect was not identified: left out */
} muster_pairs;

/** @retval MUSTER_DATA  as muster_wild_fit; also too many clusters by columns to hold their cross products */
MUSTER_CHECK muster_status muster_pairs_fit(const muster_panel *panel, const muster_pairs_options *options,
                                            muster_pairs *out, muster_error *err);

/** Row `pairs_bootstrap`, term `treated`. */
MUSTER_CHECK muster_status muster_pairs_bootstrap(const muster_panel *panel, const muster_pairs_options *options,
                                                  muster_estimates *out, muster_error *err);

MUSTER_END_DECLS
#endif
