/* Regression with errors that follow an AR(1); within the room, for interrupted time series. */
#ifndef MUSTER_IMPACT_AR1_H
#define MUSTER_IMPACT_AR1_H

#include "muster/impact/linear.h"

typedef struct muster_ar1 {
  size_t k;
  double *beta, *std_error; /* [k] */
  double *innovation;       /* [n] errors with their memory taken out */
  double rho, variance, df; /* variance of the errors themselves: innovation variance / (1 - rho^2) */
  bool at_bound; /* the likelihood still rises at the greatest rho that is tried: changes, not levels, are fitted */
} muster_ar1;

/** By restricted maximum likelihood over rho, or by iterated Prais-Winsten (rho = e_t e_t-1 / e_t-1 e_t-1).
 * @retval MUSTER_DATA  Prais-Winsten: rho is 1 or -1 for all one can tell, or its rounds do not settle */
MUSTER_CHECK muster_status muster_ar1_fit(const muster_design *design, bool reml, muster_ar1 *out, muster_error *err);
void muster_ar1_free(muster_ar1 *fit);

#endif
