/* muster/impact/permutation.h - randomisation inference: the p-value that is honest when clusters are few.
 *
 * Whole clusters keep their outcomes and trade their starts, within strata. When the distinct assignments are few
 * enough every one is taken, the observed among them, and p is an exact share; else p = (1 + beyond)/(draws + 1). A
 * statistic counts as extreme from the observed on, at a relative 1e-9. */
#ifndef MUSTER_IMPACT_PERMUTATION_H
#define MUSTER_IMPACT_PERMUTATION_H

#include "muster/impact/estimate.h"
#include "muster/impact/panel.h"

MUSTER_BEGIN_DECLS

/** Zero-initialised: up to 100,000 assignments exactly, else 9,999 draws with seed 0, 95% interval. */
typedef struct muster_permutation_options {
  const char *outcome;
  size_t most_exact; /* 0 = 100000 */
  size_t draws;      /* 0 = 9999 */
  uint64_t seed;     /* mt19937 */
  double level;      /* 0 = 0.95 */
  bool no_interval;
} muster_permutation_options;

typedef struct muster_permutation {
  double estimate; /* two-way fixed effects on means of clusters by time, weighted by their size; for one common
                      start the difference of weighted mean changes */
  double p;
  double t, p_student;        /* Welch t of the clusters' changes and its permutation p; NaN with staggered starts */
  double conf_low, conf_high; /* constant effects that are not rejected; infinite where all are */
  double smallest_p;          /* the least p that these assignments can give */
  size_t n_extreme;           /* assignments at least as extreme */
  size_t n_assignments;       /* taken */
  bool exact;
  size_t n_clusters, n_treated, n_left_out; /* clusters used, of these treated, not seen in every time */
  size_t n_obs, n_units;
} muster_permutation;

/** Starts must be the same for all units of a cluster; a cluster's stratum is that of its first unit.
 * @retval MUSTER_DATA  starts that differ within a cluster, or a single assignment */
MUSTER_CHECK muster_status muster_permutation_fit(const muster_panel *panel, const muster_permutation_options *options,
                                                  muster_permutation *out, muster_error *err);

/** Row `permutation`, term `treated`; and `treated_t` for the studentised test. */
MUSTER_CHECK muster_status muster_permutation_rows(const muster_panel *panel, const muster_permutation_options *options,
                                                   muster_estimates *out, muster_error *err);

/** Fisher's sign test of paired differences: all 2^n signs when n is at most 24, else draws. */
typedef struct muster_signflip {
  double sum, p;  /* two-sided */
  size_t n_upper; /* sign vectors with a sum of at least |sum| */
  size_t n_assignments;
  bool exact;
} muster_signflip;

MUSTER_CHECK muster_status muster_signflip_test(const double *difference, size_t n, size_t draws, uint64_t seed,
                                                muster_signflip *out, muster_error *err);

/** One figure for each cluster seen in every time: the mean of its times from the common start on less the mean of
 * those before; of a cross-section its mean. Owned; free with muster_cluster_changes_free. */
typedef struct muster_cluster_changes {
  size_t n;
  uint32_t *id; /* [n] the caller's numbers, ascending */
  double *value;
  uint32_t *treated, *stratum; /* [n] */
} muster_cluster_changes;

/** @param out  zero-initialised or freed
 * @retval MUSTER_DATA  starts that differ, or units that change their cluster */
MUSTER_CHECK muster_status muster_cluster_changes_of(const muster_panel *panel, muster_cluster_changes *out,
                                                     muster_error *err);
void muster_cluster_changes_free(muster_cluster_changes *changes);

/** Westfall & Young (1993) step-down maxT over `k` outcomes of `n` clusters, with Welch t statistics.
 * @param value    [k][n]
 * @param treated  [n] 0 or 1
 * @param stratum  [n] or NULL
 * @param t, raw, adjusted  [k] */
MUSTER_CHECK muster_status muster_westfall_young(const double *const *value, size_t k, const uint32_t *treated,
                                                 const uint32_t *stratum, size_t n,
                                                 const muster_permutation_options *options, double *t, double *raw,
                                                 double *adjusted, muster_error *err);

MUSTER_END_DECLS
#endif
