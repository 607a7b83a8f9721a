/* The change to expect under no effect, in closed form: normal, gamma-Poisson, beta-binomial. */
#include "muster/impact/regression_to_the_mean.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "muster/impact/distribution.h"

/** phi(z) / (1 - Phi(z)), by its continued fraction where the tail underflows. */
static double inverse_mills(double z) {
  if (z < 30) return gsl_ran_ugaussian_pdf(z) / gsl_cdf_ugaussian_Q(z);
  double fraction = z;
  for (int i = 40; i > 0; i--) fraction = z + i / fraction;
  return fraction;
}

muster_status muster_rtm_normal(const muster_rtm_normal_setting *setting, muster_rtm_normal_result *out,
                                muster_error *err) {
  muster_numerics_ready();
  if (!(setting->sd > 0) || !(setting->correlation >= 0 && setting->correlation <= 1) || !(setting->baselines >= 1) ||
      !isfinite(setting->mean) || !isfinite(setting->cut) || !isfinite(setting->sd)) {
    muster_fail(err, MUSTER_DATA, "no regression to the mean for sd %g, correlation %g and %g baselines", setting->sd,
                setting->correlation, setting->baselines);
    muster_error_expected(err, "sd above 0, correlation from 0 to 1, at least one baseline");
    return MUSTER_DATA;
  }
  double variance = setting->sd * setting->sd;
  double within = (1 - setting->correlation) * variance / setting->baselines;
  double sd = sqrt(setting->correlation * variance + within);
  double away = setting->select_above ? setting->cut - setting->mean : setting->mean - setting->cut;
  out->expected = within / sd * inverse_mills(away / sd);
  out->published = within / sd * inverse_mills(away / setting->sd);
  out->share = gsl_cdf_ugaussian_Q(away / sd);
  return MUSTER_OK;
}

double muster_gamma_poisson_posterior(double mean, double shape, double count) {
  return (shape + count) * mean / (shape + mean);
}

double muster_beta_binomial_posterior(double a, double b, double missed, double sessions) {
  return (missed + a) / (sessions + a + b);
}

/** Sums over the selected; divided by the share at the end. */
static void finish(muster_rtm_expected *out) {
  out->first /= out->share;
  out->second /= out->share;
  out->improve /= out->share;
  out->still /= out->share;
  out->change = out->second - out->first;
  out->relative = out->change / out->first;
}

muster_status muster_rtm_gamma_poisson(double mean, double shape, unsigned cut, muster_rtm_expected *out,
                                       muster_error *err) {
  muster_numerics_ready();
  if (!(mean > 0) || !(shape > 0) || !(mean < 1e5) || !isfinite(shape) || cut > 100000) {
    muster_fail(err, MUSTER_DATA, "no regression to the mean for mean %g, shape %g and cut-off %u", mean, shape, cut);
    muster_error_expected(err, "mean and shape above 0, sessions in the tens or hundreds");
    return MUSTER_DATA;
  }
  double p = shape / (shape + mean);
  *out = (muster_rtm_expected){.share = 0};
  double left = cut ? gsl_cdf_negative_binomial_Q(cut - 1, p, shape) : 1;
  if (!(left > 1e-290)) {
    muster_fail(err, MUSTER_DATA, "next to nobody reaches %u sessions when the mean is %g", cut, mean);
    muster_error_todo(err, "lower the cut-off");
    return MUSTER_DATA;
  }
  for (unsigned y = cut; y < 10000000; y++) {
    double weight = gsl_ran_negative_binomial_pdf(y, p, shape);
    /* given y the level is gamma(shape + y), so the second count is negative binomial again */
    double q = (shape + mean) / (shape + 2 * mean);
    double below = y ? gsl_cdf_negative_binomial_P(y - 1, q, shape + y) : 0;
    out->share += weight;
    out->first += weight * y;
    out->second += weight * muster_gamma_poisson_posterior(mean, shape, y);
    out->improve += weight * below;
    out->still += weight * (cut ? gsl_cdf_negative_binomial_Q(cut - 1, q, shape + y) : 1);
    if (y > mean && weight * (y + 1) < 1e-17 * out->share) break;
  }
  finish(out);
  return MUSTER_OK;
}

static double beta_binomial(unsigned x, unsigned n, double a, double b) {
  return exp(gsl_sf_lnchoose(n, x) + gsl_sf_lnbeta(x + a, n - x + b) - gsl_sf_lnbeta(a, b));
}

muster_status muster_rtm_beta_binomial(double a, double b, unsigned sessions, unsigned later, double cut,
                                       muster_rtm_expected *out, muster_error *err) {
  muster_numerics_ready();
  if (!(a > 0) || !(b > 0) || !isfinite(a) || !isfinite(b) || !sessions || !later || sessions > 4000 || later > 4000 ||
      !(cut >= 0 && cut <= 1)) {
    muster_fail(err, MUSTER_DATA, "no regression to the mean for Beta(%g, %g), %u and %u sessions and cut-off %g", a, b,
                sessions, later, cut);
    muster_error_expected(err, "a and b above 0, 1 to 4000 sessions, a cut-off from 0 to 1");
    return MUSTER_DATA;
  }
  /* 10% of 30 sessions is 3 sessions, although 0.1 * 30 is a little more than 3 in binary */
  unsigned from = (unsigned)ceil(cut * sessions - 1e-9), again = (unsigned)ceil(cut * later - 1e-9);
  *out = (muster_rtm_expected){.share = 0};
  for (unsigned x = from; x <= sessions; x++) {
    double weight = beta_binomial(x, sessions, a, b), better = 0, still = 0;
    for (unsigned y = 0; y <= later; y++) {
      double second = beta_binomial(y, later, a + x, b + sessions - x);
      if ((unsigned long)y * sessions < (unsigned long)x * later) better += second;
      if (y >= again) still += second;
    }
    out->share += weight;
    out->first += weight * x / sessions;
    out->second += weight * muster_beta_binomial_posterior(a, b, x, sessions);
    out->improve += weight * better;
    out->still += weight * still;
  }
  if (!(out->share > 0)) return muster_fail(err, MUSTER_DATA, "nobody reaches the cut-off of %g", cut);
  finish(out);
  return MUSTER_OK;
}
