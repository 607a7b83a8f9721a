/* Shared by the covariance estimators: how parameters are counted, and the bias-reduced meat. Private to the room. */
#ifndef MUSTER_IMPACT_COVARIANCE_PRIVATE_H
#define MUSTER_IMPACT_COVARIANCE_PRIVATE_H

#include "muster/impact/linear.h"

/** Is every level of `factor` within one cluster. */
MUSTER_CHECK muster_status muster_nested_in(const uint32_t *factor, size_t levels, const uint32_t *cluster, size_t n,
                                            bool *nested, muster_error *err);

/** What CR2 knows of each cluster, for the contrasts that pick single columns of z. With a_g the adjusted contrast of
 * cluster g under the identity working model, Cov(a_g'e, a_h'e) = [g = h] d_g + y_g' K y_h. */
typedef struct muster_cr2 {
  size_t clusters, rank, contrasts, m;
  double *score; /* [clusters][rank] Z_g'W_g A_g e_g */
  double *y;     /* [clusters][contrasts][m] */
  double *d;     /* [clusters][contrasts][contrasts] */
  double *k;     /* [m][m] symmetric */
} muster_cr2;

/** @param which  [contrasts] columns of fit->z */
MUSTER_CHECK muster_status muster_cr2_of(const muster_fit *fit, const uint32_t *cluster, size_t clusters,
                                         const size_t *which, size_t contrasts, muster_cr2 *out, muster_error *err);

void muster_cr2_free(muster_cr2 *cr2);

/** Satterthwaite degrees of freedom of contrast `s`. */
MUSTER_CHECK muster_status muster_cr2_df(const muster_cr2 *cr2, size_t s, double *df, muster_error *err);

#endif
