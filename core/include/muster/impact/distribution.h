/* muster/impact/distribution.h - tail probabilities and quantiles, to full precision where the library's shortcuts stop
 * at eight digits. */
#ifndef MUSTER_IMPACT_DISTRIBUTION_H
#define MUSTER_IMPACT_DISTRIBUTION_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Two-sided p of a statistic under Student's t; infinite `df` is the normal. NaN in, NaN out. */
double muster_t_p(double t, double df);

/** Quantile of Student's t: 0.975 with df 10 gives 2.228. */
double muster_t_quantile(double probability, double df);

/** Upper tails. */
double muster_chi2_p(double statistic, double df);
double muster_f_p(double statistic, double df1, double df2);

/** Turns off the abort handler of the numerical library, once; every public function that may reach it calls this. */
void muster_numerics_ready(void);

MUSTER_END_DECLS
#endif
