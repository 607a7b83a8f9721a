/* Generalised linear models by iterated weighted least squares: each round is a regression of linear.h, so that fixed
 * effects and covariances come from one place. The scores of the last round are those of the model, which makes its
 * sandwich the model's. */
#include "muster/impact/glm.h"

#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"

enum { MOST_ROUNDS = 300, MOST_HALVINGS = 60 };

void muster_glm_free(muster_glm *fit) {
  muster_fit_free(&fit->working);
  muster_free(fit->row);
  muster_free(fit->beta);
  muster_free(fit->room);
  muster_free(fit->factors);
  muster_free(fit->columns);
  *fit = (muster_glm){.n = 0};
}

static muster_status check(const muster_glm_model *model, muster_error *err) {
  const muster_design *d = &model->design;
  if (!d->n) return muster_fail(err, MUSTER_DATA, "the model has no rows");
  for (size_t i = 0; i < d->n; i++) {
    bool bad = !isfinite(d->y[i]) || d->y[i] < 0 || (model->family == MUSTER_LOGIT && d->y[i] > 1) ||
               (model->offset && !isfinite(model->offset[i])) || (d->weight && !(d->weight[i] > 0));
    for (size_t j = 0; j < d->k; j++) bad |= !isfinite(d->x[j][i]);
    if (bad) {
      muster_fail(err, MUSTER_DATA, "row %zu of the model cannot be used: outcome %g", i + 1, d->y[i]);
      muster_error_expected(err, "%s, finite covariates and offset, weights above 0",
                            model->family == MUSTER_LOGIT ? "an outcome from 0 to 1" : "a count of 0 or more");
      return MUSTER_DATA;
    }
  }
  return MUSTER_OK;
}

/** Marks rows of factor levels that run to the bound of the family: without an event, and for shares with nothing else.
 * True when it marked any. @param sums  [2 * levels] */
static bool drop_empty(const muster_design *d, bool shares, const uint32_t *factor, size_t levels,
                       unsigned char *dropped, double *sums) {
  bool any = false;
  if (!factor) return false;
  double *rows = sums + levels;
  memset(sums, 0, 2 * levels * sizeof *sums);
  for (size_t i = 0; i < d->n; i++) {
    if (dropped[i]) continue;
    sums[factor[i]] += d->y[i];
    rows[factor[i]]++;
  }
  for (size_t i = 0; i < d->n; i++) {
    double sum = sums[factor[i]];
    if (!dropped[i] && (sum == 0 || (shares && sum == rows[factor[i]]))) dropped[i] = any = true;
  }
  return any;
}

static uint32_t *compact(const uint32_t *factor, size_t levels, const size_t *row, size_t n, uint32_t *out,
                         uint32_t *seen, size_t *kept) {
  if (!factor) return NULL;
  memset(seen, 0, levels * sizeof *seen);
  for (size_t i = 0; i < n; i++) seen[factor[row[i]]] = 1;
  uint32_t next = 0;
  for (size_t l = 0; l < levels; l++)
    if (seen[l]) seen[l] = next++;
  for (size_t i = 0; i < n; i++) out[i] = seen[factor[row[i]]];
  *kept = next;
  return out;
}

/** The columns in use and the workspace of the rounds; all within `room`. */
typedef struct glm_rounds {
  muster_design design; /* of the working regression */
  double *y, *prior, *offset, *response, *weight, *eta, *mu, *trial;
} glm_rounds;

static double mean_of(muster_family family, double eta) {
  return family == MUSTER_LOGIT ? (eta < 0 ? exp(eta) / (1 + exp(eta)) : 1 / (1 + exp(-eta))) : exp(eta);
}

/** Derivative of the mean, and the variance of one observation of weight 1. */
static double slope_of(muster_family family, double mu) { return family == MUSTER_LOGIT ? mu * (1 - mu) : mu; }
static double variance_of(muster_family family, double mu, double theta) {
  if (family == MUSTER_LOGIT) return mu * (1 - mu);
  return family == MUSTER_NEGATIVE_BINOMIAL ? mu + mu * mu / theta : mu;
}

static double xlogy(double x, double ratio) { return x > 0 ? x * log(ratio) : 0; }

static double deviance_of(muster_family family, double theta, const glm_rounds *r, const double *eta) {
  double sum = 0;
  for (size_t i = 0; i < r->design.n; i++) {
    double y = r->y[i], mu = mean_of(family, eta[i]), part;
    if (family == MUSTER_LOGIT)
      part = xlogy(y, y / mu) + xlogy(1 - y, (1 - y) / (mu > 0.5 ? 1 / (1 + exp(eta[i])) : 1 - mu));
    else if (family == MUSTER_NEGATIVE_BINOMIAL)
      part = xlogy(y, y / mu) - (y + theta) * log((y + theta) / (mu + theta));
    else
      part = xlogy(y, y / mu) - (y - mu);
    sum += 2 * r->prior[i] * part;
  }
  return sum;
}

static double log_likelihood_of(muster_family family, double theta, const glm_rounds *r) {
  double sum = 0;
  for (size_t i = 0; i < r->design.n; i++) {
    double y = r->y[i], mu = r->mu[i], part;
    if (family == MUSTER_LOGIT) {
      if (y > 0 && y < 1) return NAN;
      part = y > 0 ? -log1p(exp(-r->eta[i])) : -log1p(exp(r->eta[i]));
    } else if (family == MUSTER_NEGATIVE_BINOMIAL) {
      part = gsl_sf_lngamma(theta + y) - gsl_sf_lngamma(theta) - gsl_sf_lngamma(y + 1) + theta * log(theta) +
             xlogy(y, mu) - (theta + y) * log(theta + mu);
    } else {
      part = xlogy(y, mu) - mu - gsl_sf_lngamma(y + 1);
    }
    sum += r->prior[i] * part;
  }
  return sum;
}

static muster_status separated(muster_family family, muster_error *err) {
  muster_fail(err, MUSTER_DATA,
              "separation: the covariates tell %s of some rows without error, so the model has no fit",
              family == MUSTER_LOGIT ? "the outcome" : "a count of zero");
  muster_error_expected(err, "treated and comparison rows with overlapping covariates");
  muster_error_todo(err, "drop or coarsen the covariate that splits the rows, or compare within the overlap only");
  return MUSTER_DATA;
}

/** The model has run away when a row whose outcome lies at the bound is fitted there to eleven digits. */
static bool runs_away(muster_family family, const glm_rounds *r) {
  for (size_t i = 0; i < r->design.n; i++) {
    double eta = r->eta[i] - r->offset[i];
    if (r->y[i] == 0 && eta < -25) return true;
    if (family == MUSTER_LOGIT && r->y[i] == 1 && eta > 25) return true;
  }
  return false;
}

/** One regression from the present linear predictor; the new one goes to r->trial. */
static muster_status step(muster_family family, double theta, glm_rounds *r, muster_fit *working, muster_error *err) {
  for (size_t i = 0; i < r->design.n; i++) {
    r->mu[i] = mean_of(family, r->eta[i]);
    double slope = slope_of(family, r->mu[i]);
    r->weight[i] = r->prior[i] * slope * slope / variance_of(family, r->mu[i], theta);
    r->response[i] = r->eta[i] - r->offset[i] + (r->y[i] - r->mu[i]) / slope;
    if (!(r->weight[i] > 0) || !isfinite(r->response[i])) return separated(family, err);
  }
  muster_fit_free(working);
  MUSTER_TRY(muster_least_squares(&r->design, working, err));
  for (size_t i = 0; i < r->design.n; i++) r->trial[i] = r->response[i] - working->residual[i] + r->offset[i];
  return MUSTER_OK;
}

/** Rounds until the linear predictor stands still. */
static muster_status iterate(muster_family family, double theta, glm_rounds *r, muster_fit *working, unsigned *rounds,
                             double *deviance, muster_error *err) {
  double last = INFINITY;
  unsigned still = 0;
  for (unsigned round = 1; round <= MOST_ROUNDS; round++) {
    (*rounds)++;
    MUSTER_TRY(step(family, theta, r, working, err));
    double now = deviance_of(family, theta, r, r->trial);
    for (int halving = 0; round > 1 && !(now <= last + 1e-8 * (fabs(last) + 0.1)) && halving < MOST_HALVINGS;
         halving++) {
      for (size_t i = 0; i < r->design.n; i++) r->trial[i] = (r->trial[i] + r->eta[i]) / 2;
      now = deviance_of(family, theta, r, r->trial);
    }
    double moved = 0, size = 1;
    for (size_t i = 0; i < r->design.n; i++) {
      moved = fmax(moved, fabs(r->trial[i] - r->eta[i]));
      size = fmax(size, fabs(r->trial[i]));
      r->eta[i] = r->trial[i];
    }
    still = fabs(now - last) <= 1e-15 * (fabs(now) + 0.1) ? still + 1 : 0;
    last = now;
    if (!isfinite(now) || runs_away(family, r)) return separated(family, err);
    if (moved <= 1e-12 * size || still == 4) {
      *deviance = now;
      return step(family, theta, r, working, err); /* weights and scores at the answer itself */
    }
  }
  muster_fail(err, MUSTER_DATA, "the model did not settle in %d rounds", MOST_ROUNDS);
  muster_error_todo(err, "check covariates for values many orders of magnitude apart");
  return MUSTER_DATA;
}

/** Score of theta and its observed information, given the means. */
static double theta_score(const glm_rounds *r, double t, double *info) {
  double score = 0;
  *info = 0;
  for (size_t i = 0; i < r->design.n; i++) {
    double y = r->y[i], mu = r->mu[i], w = r->prior[i];
    score += w * (gsl_sf_psi(t + y) - gsl_sf_psi(t) + log(t) + 1 - log(t + mu) - (y + t) / (mu + t));
    *info += w * (gsl_sf_psi_1(t) - gsl_sf_psi_1(t + y) - 1 / t + 2 / (mu + t) - (y + t) / ((mu + t) * (mu + t)));
  }
  return score;
}

static double theta_by_moments(const glm_rounds *r) {
  double excess = 0, n = 0;
  for (size_t i = 0; i < r->design.n; i++) {
    excess += r->prior[i] * pow(r->y[i] / r->mu[i] - 1, 2);
    n += r->prior[i];
  }
  return n / excess;
}

/** Theta by Newton. */
static muster_status fit_theta(const glm_rounds *r, double *theta, muster_error *err) {
  double t = *theta;
  for (int round = 0; round < 200; round++) {
    double info, score = theta_score(r, t, &info);
    double move = info > 0 ? score / info : (score > 0 ? t : -t / 2);
    move = fmax(fmin(move, 2 * t), -t / 2);
    t += move;
    if (t > 1e7) {
      muster_fail(err, MUSTER_DATA, "the counts vary no more than a Poisson would have them");
      muster_error_todo(err, "use the Poisson or quasi-Poisson model");
      return MUSTER_DATA;
    }
    if (fabs(move) <= 1e-14 * t) break;
  }
  *theta = t;
  return MUSTER_OK;
}

/** The standard error that MASS prints: the information at the last Newton step from the moment estimate that moved by
 * more than eps^(1/4). It agrees with the information at theta itself to about six digits. */
static double theta_std_error(const glm_rounds *r, double theta) {
  double t = theta_by_moments(r), info = NAN, move = 1;
  for (int round = 1; round < 25 && fabs(move) > 0x1p-13; round++) {
    t = fabs(t);
    move = theta_score(r, t, &info) / info;
    t += move;
  }
  if (!(fabs(t - theta) <= 1e-4 * theta)) theta_score(r, theta, &info);
  return 1 / sqrt(info);
}

static muster_status fit_negative_binomial(glm_rounds *r, muster_glm *out, muster_error *err) {
  unsigned rounds = 0;
  double deviance;
  MUSTER_TRY(iterate(MUSTER_POISSON, 0, r, &out->working, &rounds, &deviance, err));
  double theta = fmin(theta_by_moments(r), 1e6);
  for (int turn = 0; turn < MOST_ROUNDS; turn++) {
    double before = theta;
    MUSTER_TRY(fit_theta(r, &theta, err));
    MUSTER_TRY(iterate(MUSTER_NEGATIVE_BINOMIAL, theta, r, &out->working, &rounds, &deviance, err));
    if (fabs(theta - before) <= 1e-13 * theta) {
      out->theta = theta;
      out->theta_se = theta_std_error(r, theta);
      out->deviance = deviance;
      out->iterations = rounds;
      return MUSTER_OK;
    }
  }
  return muster_fail(err, MUSTER_DATA, "the spread of the counts did not settle in %d turns", MOST_ROUNDS);
}

/** Columns of the rows in use, laid out one after the other in `fit->room`. */
static muster_status lay_out(const muster_glm_model *model, muster_glm *fit, glm_rounds *r, const double ***x,
                             muster_error *err) {
  const muster_design *d = &model->design;
  size_t n = fit->n;
  size_t levels = d->n_absorb > d->n_dummies ? d->n_absorb : d->n_dummies;
  fit->room = muster_alloc(n * (d->k + 8) + 1, sizeof *fit->room);
  fit->factors = muster_alloc(2 * n + levels, sizeof *fit->factors);
  *x = muster_alloc(d->k, sizeof **x);
  if (!fit->room || !fit->factors || !*x) return muster_fail_memory(err);
  double *next = fit->room;
  for (size_t j = 0; j < d->k; j++, next += n) {
    for (size_t i = 0; i < n; i++) next[i] = d->x[j][fit->row[i]];
    (*x)[j] = next;
  }
  *r = (glm_rounds){.y = next,
                    .prior = next + n,
                    .offset = next + 2 * n,
                    .response = next + 3 * n,
                    .weight = next + 4 * n,
                    .eta = next + 5 * n,
                    .mu = next + 6 * n,
                    .trial = next + 7 * n};
  for (size_t i = 0; i < n; i++) {
    size_t row = fit->row[i];
    r->y[i] = d->y[row];
    r->prior[i] = d->weight ? d->weight[row] : 1;
    r->offset[i] = model->offset ? model->offset[row] : 0;
    double start = model->family == MUSTER_LOGIT ? (r->prior[i] * r->y[i] + 0.5) / (r->prior[i] + 1) : r->y[i] + 0.1;
    r->eta[i] = model->family == MUSTER_LOGIT ? log(start / (1 - start)) : log(start);
  }
  r->design = (muster_design){.n = n, .k = d->k, .x = *x, .y = r->response, .weight = r->weight};
  uint32_t *seen = fit->factors + 2 * n;
  r->design.absorb = compact(d->absorb, d->n_absorb, fit->row, n, fit->factors, seen, &r->design.n_absorb);
  r->design.dummies = compact(d->dummies, d->n_dummies, fit->row, n, fit->factors + n, seen, &r->design.n_dummies);
  return MUSTER_OK;
}

static muster_status choose_rows(const muster_glm_model *model, muster_glm *fit, muster_error *err) {
  const muster_design *d = &model->design;
  size_t levels = d->n_absorb > d->n_dummies ? d->n_absorb : d->n_dummies;
  unsigned char *dropped = muster_alloc(d->n, 1);
  double *sums = muster_alloc(2 * levels, sizeof *sums);
  fit->row = muster_alloc(d->n, sizeof *fit->row);
  bool memory = dropped && sums && fit->row;
  if (memory) {
    bool shares = model->family == MUSTER_LOGIT;
    while (drop_empty(d, shares, d->absorb, d->n_absorb, dropped, sums) ||
           drop_empty(d, shares, d->dummies, d->n_dummies, dropped, sums))
      ;
    for (size_t i = 0; i < d->n; i++)
      if (!dropped[i]) fit->row[fit->n++] = i;
    fit->n_dropped = d->n - fit->n;
  }
  muster_free(dropped);
  muster_free(sums);
  if (!memory) return muster_fail_memory(err);
  double sum = 0;
  for (size_t i = 0; i < d->n; i++) sum += d->y[i];
  if (!fit->n || sum == 0) return muster_fail(err, MUSTER_DATA, "the outcome of the model is zero in all rows");
  return MUSTER_OK;
}

muster_status muster_glm_fit(const muster_glm_model *model, muster_glm *out, muster_error *err) {
  muster_numerics_ready();
  MUSTER_TRY(check(model, err));
  *out = (muster_glm){.family = model->family, .k = model->design.k, .theta = NAN, .theta_se = NAN};
  const double **x = NULL;
  glm_rounds r;
  muster_status status = choose_rows(model, out, err);
  if (status == MUSTER_OK) status = lay_out(model, out, &r, &x, err);
  if (status == MUSTER_OK) {
    status = model->family == MUSTER_NEGATIVE_BINOMIAL
                 ? fit_negative_binomial(&r, out, err)
                 : iterate(model->family, NAN, &r, &out->working, &out->iterations, &out->deviance, err);
  }
  out->beta = status == MUSTER_OK ? muster_alloc(out->k, sizeof *out->beta) : NULL;
  if (status == MUSTER_OK && !out->beta) status = muster_fail_memory(err);
  if (status != MUSTER_OK) {
    muster_free(x);
    muster_glm_free(out);
    return status;
  }
  memcpy(out->beta, out->working.beta, out->k * sizeof *out->beta);
  out->eta = r.eta;
  out->mu = r.mu;
  out->log_likelihood = log_likelihood_of(model->family, out->theta, &r);
  double pearson = 0;
  for (size_t i = 0; i < out->n; i++)
    pearson += r.prior[i] * pow(r.y[i] - r.mu[i], 2) / variance_of(model->family, r.mu[i], out->theta);
  out->dispersion = pearson / out->working.df_residual;
  out->columns = x;
  return MUSTER_OK;
}

/** One factor of a covariance, over the rows in use and renumbered. */
static const uint32_t *factor_in_use(const muster_glm *fit, const uint32_t *factor, size_t *levels, uint32_t *out,
                                     uint32_t *seen) {
  return compact(factor, *levels, fit->row, fit->n, out, seen, levels);
}

muster_status muster_glm_vcov(const muster_glm *fit, const muster_covariance *how, muster_vcov *out,
                              muster_error *err) {
  if (!fit->n_dropped) return muster_vcov_of(&fit->working, how, out, err);
  muster_covariance used = *how;
  size_t levels = how->n_units > how->n_times ? how->n_units : how->n_times;
  for (size_t w = 0; w < how->ways; w++)
    if (how->n_clusters[w] > levels) levels = how->n_clusters[w];
  uint32_t *room = muster_alloc((MUSTER_MOST_WAYS + 2) * fit->n + levels, sizeof *room);
  if (!room) return muster_fail_memory(err);
  uint32_t *seen = room + (MUSTER_MOST_WAYS + 2) * fit->n;
  for (size_t w = 0; w < how->ways; w++)
    used.cluster[w] = factor_in_use(fit, how->cluster[w], &used.n_clusters[w], room + w * fit->n, seen);
  used.unit = factor_in_use(fit, how->unit, &used.n_units, room + MUSTER_MOST_WAYS * fit->n, seen);
  used.time = factor_in_use(fit, how->time, &used.n_times, room + (MUSTER_MOST_WAYS + 1) * fit->n, seen);
  muster_status status = muster_vcov_of(&fit->working, &used, out, err);
  muster_free(room);
  return status;
}

muster_status muster_glm_vcov_model(const muster_glm *fit, muster_vcov *out, muster_error *err) {
  MUSTER_TRY(muster_vcov_of(&fit->working, &(muster_covariance){.kind = MUSTER_IID}, out, err));
  for (size_t i = 0; i < out->k * out->k; i++) out->v[i] /= fit->dispersion;
  for (size_t j = 0; j < out->k; j++) out->df[j] = INFINITY;
  snprintf(out->note, sizeof out->note, "model variance, dispersion 1");
  return MUSTER_OK;
}

muster_status muster_glm_marginal(const muster_glm *fit, const muster_vcov *vcov, size_t column, bool over_treated,
                                  muster_marginal *out, muster_error *err) {
  const muster_design *d = &fit->working.design;
  *out = (muster_marginal){.effect = 0};
  if (d->absorb || d->dummies || column >= fit->k || isnan(fit->beta[column])) {
    muster_fail(err, MUSTER_DATA, "no marginal effect for column %zu of this model", column + 1);
    muster_error_expected(err, "a column that is in the fit, and no fixed effects");
    return MUSTER_DATA;
  }
  double *gradient = muster_alloc(fit->k, sizeof *gradient);
  if (!gradient) return muster_fail_memory(err);
  muster_status status = MUSTER_OK;
  for (size_t i = 0; i < fit->n && status == MUSTER_OK; i++) {
    double treated = d->x[column][i];
    if (treated != 0 && treated != 1) status = muster_fail(err, MUSTER_DATA, "column %zu is not 0 or 1", column + 1);
    if (over_treated && treated != 1) continue;
    double with = mean_of(fit->family, fit->eta[i] + (1 - treated) * fit->beta[column]);
    double without = mean_of(fit->family, fit->eta[i] - treated * fit->beta[column]);
    double up = slope_of(fit->family, with), down = slope_of(fit->family, without);
    for (size_t j = 0; j < fit->k; j++) gradient[j] += j == column ? up : (up - down) * d->x[j][i];
    out->effect += with - without;
    out->n++;
  }
  if (status == MUSTER_OK && !out->n) status = muster_fail(err, MUSTER_DATA, "no row is treated");
  double variance = 0, n = (double)out->n;
  for (size_t a = 0; status == MUSTER_OK && a < fit->k; a++)
    for (size_t b = 0; b < fit->k; b++)
      if (!isnan(fit->beta[a]) && !isnan(fit->beta[b]))
        variance += gradient[a] * vcov->v[a * fit->k + b] * gradient[b] / (n * n);
  muster_free(gradient);
  if (status != MUSTER_OK) return status;
  out->effect /= n;
  out->std_error = sqrt(variance);
  return MUSTER_OK;
}
