/* Randomised trials: difference by intention to treat, intra-cluster correlation, effect sizes, attrition. */
#include "muster/impact/rct.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"

static muster_status check_arms(const unsigned char *treated, size_t n, muster_error *err) {
  size_t drawn = 0;
  for (size_t i = 0; i < n; i++) drawn += treated[i] != 0;
  if (drawn && drawn < n) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "%zu of %zu pupils are in the treatment arm", drawn, n);
  muster_error_expected(err, "pupils in both arms");
  return MUSTER_DATA;
}

muster_status muster_itt_of(const muster_trial *trial, bool adjust, muster_covariance_kind kind, muster_itt *out,
                            muster_error *err) {
  bool clustered = kind >= MUSTER_CR0 && kind <= MUSTER_CR2;
  if (kind > MUSTER_CR2 || (clustered && !trial->cluster)) {
    muster_fail(err, MUSTER_DATA, "this standard error does not fit the trial");
    muster_error_expected(err, "IID or HC for pupils drawn one by one, CR1 or CR2 for schools");
    return MUSTER_DATA;
  }
  MUSTER_TRY(check_arms(trial->treated, trial->n, err));
  size_t n = trial->n, k = 2 + (adjust ? trial->k : 0);
  muster_status status = MUSTER_MEMORY;
  muster_fit fit = {.rank = 0};
  muster_vcov vcov = {.k = 0};
  double *room = muster_alloc(2 * n, sizeof *room);
  const double **x = muster_alloc(k, sizeof *x);
  if (!room || !x) goto out;
  for (size_t i = 0; i < n; i++) {
    room[i] = 1;
    room[n + i] = trial->treated[i] != 0;
  }
  x[0] = room;
  x[1] = room + n;
  for (size_t j = 2; j < k; j++) x[j] = trial->x[j - 2];
  muster_covariance how = {.kind = kind};
  if (clustered)
    how = (muster_covariance){.kind = kind, .ways = 1, .cluster = {trial->cluster}, .n_clusters = {trial->n_clusters}};
  status = muster_least_squares(&(muster_design){.n = n, .k = k, .x = x, .y = trial->y}, &fit, err);
  if (status == MUSTER_OK) status = muster_vcov_of(&fit, &how, &vcov, err);
  if (status != MUSTER_OK) goto out;
  *out = (muster_itt){.estimate = fit.beta[1],
                      .std_error = muster_vcov_se(&vcov, 1),
                      .df = vcov.df[1],
                      .constant = fit.beta[0],
                      .constant_se = muster_vcov_se(&vcov, 0),
                      .n = n,
                      .n_clusters = vcov.n_clusters};
  out->p_value = muster_t_p(out->estimate / out->std_error, out->df);
  snprintf(out->note, sizeof out->note, "%s", vcov.note);
out:
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  muster_free(room);
  muster_free(x);
  return status == MUSTER_MEMORY ? muster_fail_memory(err) : status;
}

/** (F - 1)/(F + n - 1), which is 1 where nothing varies within clusters. */
static double icc_at(double f, double mean_n) { return 1 - mean_n / (f + mean_n - 1); }

muster_status muster_icc_of(const double *y, const uint32_t *cluster, size_t n, size_t n_clusters, muster_icc *out,
                            muster_error *err) {
  muster_numerics_ready();
  if (n_clusters < 2 || n <= n_clusters) {
    muster_fail(err, MUSTER_DATA, "%zu values in %zu clusters", n, n_clusters);
    muster_error_expected(err, "at least two clusters and more values than clusters");
    return MUSTER_DATA;
  }
  double *sum = muster_alloc(2 * n_clusters, sizeof *sum);
  if (!sum) return muster_fail_memory(err);
  double *size = sum + n_clusters, mean = 0, squares = 0, between = 0, within = 0;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; i < n; i++) mean += y[i] / (double)n;
  for (size_t i = 0; i < n; i++) {
    sum[cluster[i]] += y[i] - mean;
    size[cluster[i]]++;
  }
  for (size_t g = 0; g < n_clusters; g++) {
    if (size[g] == 0) status = muster_fail(err, MUSTER_DATA, "cluster %zu has no values", g);
    between += sum[g] * sum[g] / size[g];
    squares += size[g] * size[g];
  }
  for (size_t i = 0; i < n; i++) within += pow(y[i] - mean - sum[cluster[i]] / size[cluster[i]], 2);
  muster_free(sum);
  if (status != MUSTER_OK) return status;
  if (!isfinite(between + within)) return muster_fail(err, MUSTER_DATA, "a value of the outcome is missing");
  double df1 = (double)n_clusters - 1, df2 = (double)(n - n_clusters);
  *out = (muster_icc){.ms_between = between / df1,
                      .ms_within = within / df2,
                      .mean_n = ((double)n - squares / (double)n) / df1,
                      .n = n,
                      .n_clusters = n_clusters};
  double f = out->ms_between / out->ms_within;
  double low = f / gsl_cdf_fdist_Qinv(0.025, df1, df2), high = f / gsl_cdf_fdist_Pinv(0.025, df1, df2);
  out->icc = icc_at(f, out->mean_n);
  out->conf_low = icc_at(low, out->mean_n);
  out->conf_high = icc_at(high, out->mean_n);
  return MUSTER_OK;
}

double muster_hedges_j(double m) {
  muster_numerics_ready();
  if (!(m > 1)) return NAN;
  return exp(gsl_sf_lngamma(m / 2) - gsl_sf_lngamma((m - 1) / 2)) / sqrt(m / 2);
}

muster_status muster_hedges_g(double difference, double sd, double n_treated, double n_control, muster_effect_size *out,
                              muster_error *err) {
  if (!(sd > 0) || !isfinite(difference) || !(n_treated >= 1) || !(n_control >= 1) || !(n_treated + n_control > 3)) {
    muster_fail(err, MUSTER_DATA, "no effect size for %g and %g pupils and a standard deviation of %g", n_treated,
                n_control, sd);
    muster_error_expected(err, "pupils in both arms, more than three in all, and an outcome that varies");
    return MUSTER_DATA;
  }
  out->correction = muster_hedges_j(n_treated + n_control - 2);
  out->g = out->correction * difference / sd;
  out->std_error = sqrt(1 / n_treated + 1 / n_control + out->g * out->g / (2 * (n_treated + n_control)));
  double wide = gsl_cdf_ugaussian_Pinv(0.975) * out->std_error;
  out->conf_low = out->g - wide;
  out->conf_high = out->g + wide;
  return MUSTER_OK;
}

muster_status muster_d_total(double d, double size, double clusters_treated, double clusters_control, double icc,
                             double *d_total, double *variance, muster_error *err) {
  double treated = size * clusters_treated, control = size * clusters_control, n = treated + control;
  if (!(size >= 1) || !(clusters_treated >= 1) || !(clusters_control >= 1) || !(icc >= 0 && icc <= 1) || !isfinite(d) ||
      !(n - 2 > 2 * (size - 1) * icc)) {
    muster_fail(err, MUSTER_DATA, "no effect size for %g and %g clusters of %g with an icc of %g", clusters_treated,
                clusters_control, size, icc);
    muster_error_expected(err, "clusters in both arms and an icc from 0 to 1");
    return MUSTER_DATA;
  }
  double shrink = n - 2 - 2 * (size - 1) * icc;
  *d_total = d * sqrt(shrink / (n - 2));
  double spread =
      (n - 2) * (1 - icc) * (1 - icc) + size * (n - 2 * size) * icc * icc + 2 * (n - 2 * size) * icc * (1 - icc);
  *variance = n / (treated * control) * (1 + (size - 1) * icc) + *d_total * *d_total * spread / (2 * (n - 2) * shrink);
  return MUSTER_OK;
}

muster_status muster_attrition_of(const unsigned char *treated, const unsigned char *measured, size_t n,
                                  muster_attrition *out, muster_error *err) {
  MUSTER_TRY(check_arms(treated, n, err));
  *out = (muster_attrition){.overall = 0};
  for (size_t i = 0; i < n; i++) {
    out->drawn[treated[i] != 0]++;
    out->measured[treated[i] != 0] += measured[i] != 0;
  }
  double variance = 0;
  for (int arm = 0; arm < 2; arm++) {
    out->lost[arm] = 1 - (double)out->measured[arm] / (double)out->drawn[arm];
    variance += out->lost[arm] * (1 - out->lost[arm]) / (double)out->drawn[arm];
  }
  out->difference = out->lost[1] - out->lost[0];
  out->std_error = sqrt(variance);
  out->overall = 1 - (double)(out->measured[0] + out->measured[1]) / (double)n;
  return MUSTER_OK;
}
