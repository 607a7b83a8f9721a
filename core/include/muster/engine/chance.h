/* muster/engine/chance.h - what chance alone explains, for rules that compare a count of pupils with an expected share.
 */
#ifndef MUSTER_ENGINE_CHANCE_H
#define MUSTER_ENGINE_CHANCE_H

#include <stdint.h>

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Probability that `k` or more of `n` have something that each has with probability `p`, independently: the upper tail
 * of the binomial distribution (GSL, gsl_cdf_binomial_Q). NaN unless k <= n and 0 <= p <= 1; 1 for k = 0. */
double muster_chance_at_least(uint64_t k, uint64_t n, double p);

/** Standard normal deviate of k of n against p: (k - n p) / sqrt(n p (1 - p)); NaN where that is no number. */
double muster_chance_z(uint64_t k, uint64_t n, double p);

MUSTER_END_DECLS
#endif
