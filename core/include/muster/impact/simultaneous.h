/* muster/impact/simultaneous.h - bands that hold for all of several estimates at once. */
#ifndef MUSTER_IMPACT_SIMULTANEOUS_H
#define MUSTER_IMPACT_SIMULTANEOUS_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Critical value c with P(max_j |t_j| <= c) = level for jointly normal t with the correlations of `v` (Montiel Olea &
 * Plagborg-Moller 2019, the sup-t band). Coefficients whose variance is not above 0 are passed over.
 * Up to 40 of them: 2^16 points of the Sobol sequence, no seed; beyond: 100,000 draws of mt19937 with the fixed seed
 * 20250901. Good to about 1e-3. @param v  [k][k] covariance @return NaN through `*critical` when nothing is left */
MUSTER_CHECK muster_status muster_sup_t(const double *v, size_t k, double level, double *critical, muster_error *err);

MUSTER_END_DECLS
#endif
