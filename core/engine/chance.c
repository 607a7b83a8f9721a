/* Binomial tails. */
#include "muster/engine/chance.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double muster_chance_at_least(uint64_t k, uint64_t n, double p) {
  if (k > n || n > UINT32_MAX || !(p >= 0 && p <= 1)) return NAN;
  if (k == 0) return 1;
  return gsl_cdf_binomial_Q((unsigned)k - 1, p, (unsigned)n);
}

double muster_chance_z(uint64_t k, uint64_t n, double p) {
  double spread = sqrt((double)n * p * (1 - p));
  return spread > 0 && k <= n ? ((double)k - (double)n * p) / spread : NAN;
}
