/* The sup-t critical value by a quasi-random (or, in many dimensions, seeded) sample of the joint normal. */
#include "muster/impact/simultaneous.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_qrng.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "order.h"

enum { MOST_SOBOL = 40, SOBOL_POINTS = 1 << 16, DRAWS = 100000, SEED = 20250901 };

/* Correlations of the usable coefficients, decomposed as L L'; directions without variance of their own get none. */
static size_t factor(const double *v, size_t k, double *l) {
  size_t *use = muster_alloc(k, sizeof *use), q = 0;
  if (!use) return SIZE_MAX;
  for (size_t j = 0; j < k; j++)
    if (v[j * k + j] > 0 && isfinite(v[j * k + j])) use[q++] = j;
  for (size_t a = 0; a < q; a++) {
    for (size_t b = 0; b <= a; b++) {
      double r = v[use[a] * k + use[b]] / sqrt(v[use[a] * k + use[a]] * v[use[b] * k + use[b]]);
      for (size_t c = 0; c < b; c++) r -= l[c * q + a] * l[c * q + b];
      if (a == b)
        l[a * q + a] = r > 1e-12 ? sqrt(r) : 0;
      else
        l[b * q + a] = l[b * q + b] > 0 ? r / l[b * q + b] : 0;
    }
  }
  muster_free(use);
  return q;
}

/* The largest |L z|; L by columns, so that the inner loop runs along memory. */
static double largest(const double *columns, const double *z, size_t q, double *t) {
  memset(t, 0, q * sizeof *t);
  for (size_t b = 0; b < q; b++) {
    const double *column = columns + b * q;
    for (size_t a = b; a < q; a++) t[a] += column[a] * z[b];
  }
  double most = 0;
  for (size_t a = 0; a < q; a++) most = fabs(t[a]) > most ? fabs(t[a]) : most;
  return most;
}

muster_status muster_sup_t(const double *v, size_t k, double level, double *critical, muster_error *err) {
  muster_numerics_ready();
  *critical = NAN;
  double *l = muster_alloc(k * k, sizeof *l), *z = muster_alloc(k, sizeof *z), *t = muster_alloc(k, sizeof *t);
  size_t q = l && z && t ? factor(v, k, l) : SIZE_MAX, n = q <= MOST_SOBOL ? SOBOL_POINTS : DRAWS;
  double *most = q != SIZE_MAX ? muster_alloc(n, sizeof *most) : NULL;
  gsl_qrng *sobol = most && q && q <= MOST_SOBOL ? gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)q) : NULL;
  gsl_rng *rng = most && q > MOST_SOBOL ? gsl_rng_alloc(gsl_rng_mt19937) : NULL;
  bool fine = most && (q == 0 || sobol || rng);
  if (rng) gsl_rng_set(rng, SEED);
  for (size_t i = 0; fine && q && i < n; i++) {
    if (sobol) {
      gsl_qrng_get(sobol, z);
      for (size_t a = 0; a < q; a++) z[a] = gsl_cdf_ugaussian_Pinv(z[a]);
    } else {
      for (size_t a = 0; a < q; a++) z[a] = gsl_ran_gaussian_ziggurat(rng, 1);
    }
    most[i] = largest(l, z, q, t);
  }
  if (fine && q) {
    muster_sort(most, n);
    *critical = muster_quantile(most, n, level);
  }
  if (sobol) gsl_qrng_free(sobol);
  if (rng) gsl_rng_free(rng);
  muster_free(most);
  muster_free(l);
  muster_free(z);
  muster_free(t);
  return fine ? MUSTER_OK : muster_fail_memory(err);
}
