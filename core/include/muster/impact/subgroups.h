/* muster/impact/subgroups.h - the effect within each of several groups, and whether the groups differ.
 *
 * One regression in which treatment, times and covariates all have coefficients of their own in every group:
 * y = unit + time x group + sum_k beta_k treated [group k] + ... The estimates are those of a separate model for each
 * group; because they are fitted together, clusters that have units of several groups enter the covariance between
 * them, and with it the test of the difference (interaction and separate model at once, as trial guidance asks). */
#ifndef MUSTER_IMPACT_SUBGROUPS_H
#define MUSTER_IMPACT_SUBGROUPS_H

#include "muster/impact/twfe.h"

MUSTER_BEGIN_DECLS

/** What was found in one group. */
typedef struct muster_subgroup {
  size_t n_obs, n_units, n_treated, n_comparison; /* rows; units, and those ever and never treated */
  bool fitted;                                    /* at least two treated units, and two to compare them with */
  double estimate, std_error, df;                 /* NaN where not fitted, or not identified */
} muster_subgroup;

/** Owned; free with muster_subgroups_free. */
typedef struct muster_subgroups {
  size_t n, n_clusters;
  muster_subgroup *at; /* [n] in the order of the levels */
  double *v;           /* [n][n] covariance of the estimates; NaN for levels without one */
  size_t n_equal;      /* differences in the joint test; 0 = there is none */
  muster_wald equal;   /* of no difference between the groups that have ten units in each arm, or all if fewer than
                          two have */
  char note[256];      /* convention of the standard errors */
} muster_subgroups;

/** @param columns        of the panel, or of a cross-section; `treated` must be filled and `cohort` NULL
 * @param level          [columns->n] group of each row, 0 .. n_levels-1, or MUSTER_NONE: not known, left out
 * @param cross_section  one row a unit: constants of groups in place of units and times
 * @param options        errors: cluster (CR1), CR0, CR1P, CR2, HC1 or iid
 * @retval MUSTER_DATA   no group with treated units and a comparison, or one cluster */
MUSTER_CHECK muster_status muster_subgroups_fit(const muster_columns *columns, const uint32_t *level, size_t n_levels,
                                                bool cross_section, const muster_regression_options *options,
                                                muster_subgroups *out, muster_error *err);
void muster_subgroups_free(muster_subgroups *subgroups);

/** Group `a` less group `b`: t with the smaller degrees of freedom of the two. NaN where either has no estimate. */
void muster_subgroups_difference(const muster_subgroups *subgroups, size_t a, size_t b, double *estimate,
                                 double *std_error, double *df);

MUSTER_END_DECLS
#endif
