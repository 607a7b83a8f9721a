/* Joint tests of coefficients. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

#include "muster/impact/distribution.h"
#include "muster/impact/linear.h"

muster_status muster_wald_of(const double *b, const double *v, size_t k, const size_t *which, size_t q, double df2,
                             muster_wald *out, muster_error *err) {
  muster_numerics_ready();
  *out = (muster_wald){.chi2 = NAN, .chi2_p = NAN, .f = NAN, .df1 = (double)q, .df2 = df2, .f_p = NAN};
  if (!q) return muster_fail(err, MUSTER_DATA, "a joint test of no coefficients");
  double *block = muster_alloc(q * q, sizeof *block), *x = muster_alloc(q, sizeof *x),
         *scale = muster_alloc(q, sizeof *scale);
  muster_status status = block && x && scale ? MUSTER_OK : muster_fail_memory(err);
  bool usable = status == MUSTER_OK;
  for (size_t s = 0; usable && s < q; s++) {
    double variance = v[which[s] * k + which[s]];
    usable = variance > 0 && isfinite(b[which[s]]);
    scale[s] = usable ? sqrt(variance) : 1;
    x[s] = b[which[s]] / scale[s];
  }
  for (size_t s = 0; usable && s < q; s++) {
    for (size_t t = 0; t < q; t++) block[s * q + t] = v[which[s] * k + which[t]] / (scale[s] * scale[t]);
  }
  if (usable) { /* |L^-1 b| squared, on the scale of correlations */
    gsl_matrix_view m = gsl_matrix_view_array(block, q, q);
    gsl_vector_view at = gsl_vector_view_array(x, q);
    usable = gsl_linalg_cholesky_decomp1(&m.matrix) == 0;
    for (size_t s = 0; usable && s < q; s++) usable = block[s * q + s] * block[s * q + s] > 1e-12;
    if (usable) {
      gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &m.matrix, &at.vector);
      out->chi2 = 0;
      for (size_t s = 0; s < q; s++) out->chi2 += x[s] * x[s];
      out->chi2_p = muster_chi2_p(out->chi2, (double)q);
      out->f = out->chi2 / (double)q;
      out->f_p = muster_f_p(out->f, (double)q, df2);
    }
  }
  if (status == MUSTER_OK && !usable) {
    status = muster_fail(err, MUSTER_DATA, "the joint test of %zu coefficients is singular", q);
    muster_error_todo(err, "test fewer coefficients, or use more clusters");
  }
  muster_free(block);
  muster_free(x);
  muster_free(scale);
  return status;
}
