/* The 2x2 behind one group-time effect. Private to the room. */
#ifndef MUSTER_IMPACT_CALLAWAY_PRIVATE_H
#define MUSTER_IMPACT_CALLAWAY_PRIVATE_H

#include "muster/impact/callaway_santanna.h"

/** Units of one cell: treated first, then controls. */
typedef struct muster_cs_pair {
  size_t n, n_treated;
  const double *change, *weight; /* [n] */
  size_t k;                      /* columns of x, a constant among them */
  const double *const *x;        /* [k][n] */
} muster_cs_pair;

/** ATT and the influence of each unit, scaled so that its mean square over these n units is n times the variance.
 * @retval MUSTER_DATA  no overlap, or too few units for the covariates: the cell cannot be estimated */
MUSTER_CHECK muster_status muster_cs_pair_fit(const muster_cs_pair *pair, muster_cs_method method, double *att,
                                              double *influence, muster_error *err);

#endif
