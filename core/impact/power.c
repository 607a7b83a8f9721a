/* Power in closed form. The noncentral t is ours because GSL has none. */
#include "muster/impact/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "muster/impact/distribution.h"

double muster_noncentral_t_above(double t, double df, double shift) {
  muster_numerics_ready();
  if (isnan(t) || isnan(df) || isnan(shift) || df < 1) return NAN;
  if (isinf(df)) return gsl_cdf_ugaussian_Q(t - shift);
  /* P(T > t) = E[ Phi(shift - t S) ], S = sqrt(chi2/df), integrated over u = log S: density ~ exp(df (u - S^2/2)).
   * The weights are normalised by their own sum, so no gamma function can lose digits. */
  double spread = 1 / sqrt(2 * df);
  double low = -50 / df - 13 * spread, high = 13 * spread;
  double step = fmin(spread / 20, 0.2 / (1 + fabs(shift)));
  long n = (long)ceil((high - low) / step);
  double above = 0, mass = 0;
  for (long i = 0; i <= n; i++) {
    double u = low + (double)i * step;
    double weight = exp(df * (u - expm1(2 * u) / 2));
    mass += weight;
    above += weight * gsl_cdf_ugaussian_P(shift - t * exp(u));
  }
  return above / mass;
}

static double critical_t(double upper, double df) { return -muster_t_quantile(upper, df); }

double muster_power_t(double shift, double df, double alpha, bool both_tails) {
  if (!(alpha > 0 && alpha < 1) || !(df >= 1)) return NAN;
  double t = critical_t(alpha / 2, df);
  double near = muster_noncentral_t_above(t, df, fabs(shift));
  return both_tails ? near + muster_noncentral_t_above(t, df, -fabs(shift)) : near;
}

double muster_mdes_multiplier(double alpha, double power, double df) {
  if (!(alpha > 0 && alpha < 1) || !(power > 0 && power < 1) || !(df > 0)) return NAN;
  return critical_t(alpha / 2, df) + critical_t(1 - power, df);
}

static bool is_share(double x) { return x >= 0 && x <= 1; }

muster_status muster_mdes(const muster_mdes_plan *plan, muster_mdes_result *out, muster_error *err) {
  if (!(plan->alpha > 0 && plan->alpha < 1 && plan->power > 0 && plan->power < 1)) {
    muster_fail(err, MUSTER_DATA, "alpha %g and power %g are not a design", plan->alpha, plan->power);
    muster_error_expected(err, "two numbers between 0 and 1, such as 0.05 and 0.80");
    return MUSTER_DATA;
  }
  if (!(plan->treated_share > 0 && plan->treated_share < 1) || !is_share(plan->icc) || !is_share(plan->r2_between) ||
      !is_share(plan->r2_within) || !(plan->covariates >= 0)) {
    muster_fail(err, MUSTER_DATA, "the design has a share outside its range");
    muster_error_expected(err, "treated share between 0 and 1, icc and explained shares from 0 to 1, covariates >= 0");
    return MUSTER_DATA;
  }
  double n = plan->pupils, j = plan->groups, spread = plan->treated_share * (1 - plan->treated_share);
  double variance = 0, df = 0;
  switch (plan->design) {
    case MUSTER_MDES_PUPILS:
      variance = (1 - plan->r2_within) / (spread * n);
      df = n - plan->covariates - 2;
      break;
    case MUSTER_MDES_BLOCKS:
      variance = (1 - plan->r2_within) / (spread * j * n);
      df = j * (n - 1) - plan->covariates - 1;
      break;
    case MUSTER_MDES_CLUSTERS:
      variance = plan->icc * (1 - plan->r2_between) / (spread * j) +
                 (1 - plan->icc) * (1 - plan->r2_within) / (spread * j * n);
      df = j - plan->covariates - 2;
      break;
  }
  if (!(df > 0) || !(n > 0) || isinf(df)) {
    muster_fail(err, MUSTER_DATA, "the design leaves no degrees of freedom");
    muster_error_expected(err, "more schools, blocks or pupils than covariates + 2");
    muster_error_todo(err, "add units or drop covariates");
    return MUSTER_DATA;
  }
  out->df = df;
  out->std_error = sqrt(variance);
  out->multiplier = muster_mdes_multiplier(plan->alpha, plan->power, df);
  out->mdes = out->multiplier * out->std_error;
  return MUSTER_OK;
}

double muster_power_clusters(double effect, double clusters, double pupils, double icc, double alpha) {
  if (!(clusters > 2) || !(pupils > 0) || !is_share(icc)) return NAN;
  double std_error = sqrt(4 / clusters * (icc + (1 - icc) / pupils));
  return muster_power_t(effect / std_error, clusters - 2, alpha, true);
}

/** Covariance of the means over periods [a, a+n) and [b, b+m) of an AR(1) with unit variance. */
static double mean_covariance(unsigned a, unsigned n, unsigned b, unsigned m, double rho) {
  double sum = 0;
  for (unsigned i = a; i < a + n; i++)
    for (unsigned j = b; j < b + m; j++) sum += pow(rho, fabs((double)i - (double)j));
  return sum / ((double)n * (double)m);
}

double muster_power_did(double effect, unsigned units, unsigned before, unsigned after, double rho, double sd,
                        double alpha) {
  if (units < 4 || !before || !after || !(rho > -1 && rho < 1) || !(sd > 0)) return NAN;
  double change = mean_covariance(0, before, 0, before, rho) + mean_covariance(before, after, before, after, rho) -
                  2 * mean_covariance(0, before, before, after, rho);
  double std_error = sd * sqrt(4 * change / units);
  return muster_power_t(effect / std_error, units - 2.0, alpha, true);
}

static muster_status refuse_sample(double effect, double alpha, double power, muster_error *err) {
  muster_fail(err, MUSTER_DATA, "no sample size for effect %g, alpha %g and power %g", effect, alpha, power);
  muster_error_expected(err, "an effect that is not zero, alpha between 0 and 1, power between alpha and 1");
  return MUSTER_DATA;
}

muster_status muster_sample_two_means(double effect, double sd, double alpha, double power, double *per_arm,
                                      muster_error *err) {
  double d = fabs(effect) / sd;
  if (!(d > 0) || !isfinite(d) || !(alpha > 0 && alpha < power && power < 1))
    return refuse_sample(effect, alpha, power, err);
  double low = 2, high = 4;
  while (muster_power_t(d * sqrt(high / 2), 2 * high - 2, alpha, false) < power) {
    low = high;
    high *= 2;
    if (high > 1e12) return refuse_sample(effect, alpha, power, err);
  }
  for (int i = 0; i < 200 && high - low > 1e-13 * high; i++) {
    double middle = low + (high - low) / 2;
    if (muster_power_t(d * sqrt(middle / 2), 2 * middle - 2, alpha, false) < power)
      low = middle;
    else
      high = middle;
  }
  *per_arm = low + (high - low) / 2;
  return MUSTER_OK;
}

muster_status muster_sample_two_shares(double p1, double p2, double alpha, double power, double *per_arm,
                                       muster_error *err) {
  if (!is_share(p1) || !is_share(p2) || p1 == p2 || !(alpha > 0 && alpha < power && power < 1))
    return refuse_sample(p1 - p2, alpha, power, err);
  double pooled = (p1 + p2) * (1 - (p1 + p2) / 2);
  double apart = p1 * (1 - p1) + p2 * (1 - p2);
  double root = critical_t(alpha / 2, INFINITY) * sqrt(pooled) + critical_t(1 - power, INFINITY) * sqrt(apart);
  *per_arm = pow(root / (p1 - p2), 2);
  return MUSTER_OK;
}

double muster_design_effect(double mean_size, double cv, double icc) {
  return 1 + ((cv * cv + 1) * mean_size - 1) * icc;
}
