/* Tails and quantiles. GSL's Student t switches to a Cornish-Fisher series that is good to about eight digits; the
 * incomplete beta function is good to all of them, so both tail and quantile go through it. */
#include "muster/impact/distribution.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <threads.h>

static void quiet(void) { gsl_set_error_handler_off(); }

void muster_numerics_ready(void) {
  static once_flag once = ONCE_FLAG_INIT;
  call_once(&once, quiet);
}

double muster_t_p(double t, double df) {
  muster_numerics_ready();
  if (isnan(t) || isnan(df) || df <= 0) return NAN;
  t = fabs(t);
  if (isinf(t)) return 0;
  if (isinf(df)) return 2 * gsl_cdf_ugaussian_Q(t);
  double t2 = t * t;
  return t2 < df ? gsl_cdf_beta_Q(t2 / (df + t2), 0.5, df / 2) : gsl_cdf_beta_P(df / (df + t2), df / 2, 0.5);
}

double muster_t_quantile(double probability, double df) {
  muster_numerics_ready();
  if (!(probability > 0 && probability < 1) || isnan(df) || df <= 0) return NAN;
  if (isinf(df)) return gsl_cdf_ugaussian_Pinv(probability);
  if (probability == 0.5) return 0;
  double tail = probability < 0.5 ? probability : 1 - probability, t = gsl_cdf_tdist_Qinv(tail, df);
  for (int step = 0; step < 4; step++) { /* Newton, from eight digits to all */
    double density = gsl_ran_tdist_pdf(t, df);
    if (!(density > 0)) break;
    t += (muster_t_p(t, df) / 2 - tail) / density;
  }
  return probability < 0.5 ? -t : t;
}

double muster_chi2_p(double statistic, double df) {
  muster_numerics_ready();
  if (isnan(statistic) || !(df > 0)) return NAN;
  return statistic <= 0 ? 1 : gsl_cdf_chisq_Q(statistic, df);
}

double muster_f_p(double statistic, double df1, double df2) {
  muster_numerics_ready();
  if (isnan(statistic) || !(df1 > 0) || !(df2 > 0)) return NAN;
  if (isinf(df2)) return muster_chi2_p(statistic * df1, df1);
  return statistic <= 0 ? 1 : gsl_cdf_fdist_Q(statistic, df1, df2);
}
