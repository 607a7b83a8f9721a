/* Panel regressions: the fast way through cluster sums, the general way through columns laid out. */
#include "regression.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double muster_level(const muster_regression_options *options) { return options->level > 0 ? options->level : 0.95; }

static muster_covariance_kind kind_of(muster_errors errors) {
  static const muster_covariance_kind kinds[] = {MUSTER_CR1, MUSTER_CR0,        MUSTER_CR1P,
                                                 MUSTER_CR2, MUSTER_CR1,        MUSTER_HC1,
                                                 MUSTER_IID, MUSTER_NEWEY_WEST, MUSTER_DRISCOLL_KRAAY};
  return kinds[errors];
}

muster_status muster_regress_check(const muster_panel *p, muster_error *err) {
  if (p->n_units < 2 || p->n_times < 2) {
    muster_fail(err, MUSTER_DATA, "the panel has %zu unit%s and %zu time%s", p->n_units, p->n_units == 1 ? "" : "s",
                p->n_times, p->n_times == 1 ? "" : "s");
    muster_error_expected(err, "at least two of both");
    return MUSTER_DATA;
  }
  bool outcome = false, treatment = false;
  for (size_t i = 1; i < p->n_obs && !(outcome && treatment); i++) {
    outcome = outcome || p->y[i] != p->y[0];
    treatment = treatment || p->treated[i] != p->treated[0];
  }
  if (!outcome) {
    muster_fail(err, MUSTER_DATA, "the outcome is the same in every row of the panel");
    muster_error_expected(err, "an outcome that varies");
    return MUSTER_DATA;
  }
  if (treatment) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA,
              p->treated[0] != 0 ? "every row of the panel is treated" : "no row of the panel is treated");
  muster_error_expected(err, "units that start treatment within the panel, and rows without treatment to compare with");
  muster_error_todo(err, "check the first treated times, and which values mean never");
  return MUSTER_DATA;
}

static muster_status too_few_clusters(muster_error *err) {
  muster_fail(err, MUSTER_DATA, "the panel has one cluster");
  muster_error_todo(err, "cluster by a smaller unit");
  return MUSTER_DATA;
}

muster_status muster_regress_check_clusters(const muster_panel *p, muster_error *err) {
  MUSTER_TRY(muster_regress_check(p, err));
  if (p->n_clusters < 2) return too_few_clusters(err);
  if (p->nested) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "units change their cluster within the panel");
  muster_error_todo(err, "give every unit its first cluster, or cluster by unit");
  return MUSTER_DATA;
}

muster_status muster_fe_columns_of(const muster_panel *p, muster_fe_columns *c, muster_error *err) {
  c->dense = muster_alloc(p->n_covariates + 1, sizeof *c->dense);
  if (!c->dense) return muster_fail_memory(err);
  c->dense[0] = p->treated;
  for (size_t k = 0; k < p->n_covariates; k++) c->dense[k + 1] = p->covariate[k];
  c->model = (muster_fe_model){.panel = p, .n_dense = p->n_covariates + 1, .dense = c->dense};
  return MUSTER_OK;
}

muster_status muster_not_identified(muster_error *err) {
  muster_fail(err, MUSTER_DATA, "treatment does not vary beyond the unit and time effects");
  muster_error_expected(err, "units that start at some time while others do not");
  muster_error_todo(err, "add never-treated units, or a time before the start");
  return MUSTER_DATA;
}

static muster_status allocate(muster_coefficients *out, size_t k, muster_error *err) {
  *out = (muster_coefficients){.k = k};
  out->beta = muster_alloc(k, sizeof *out->beta);
  out->v = muster_alloc(k * k, sizeof *out->v);
  out->df = muster_alloc(k, sizeof *out->df);
  return out->beta && out->v && out->df ? MUSTER_OK : muster_fail_memory(err);
}

void muster_coefficients_free(muster_coefficients *coefficients) {
  muster_free(coefficients->beta);
  muster_free(coefficients->v);
  muster_free(coefficients->df);
  *coefficients = (muster_coefficients){0};
}

static void write_note(muster_coefficients *out, const muster_panel *p, const char *convention) {
  bool own = p->nested && p->n_clusters == p->n_units;
  int at = snprintf(out->note, sizeof out->note, "%s%s", convention,
                    !out->n_clusters ? ""
                    : own            ? ", clustered by unit"
                                     : ", clustered by cluster");
  if (at > 0 && out->n_clusters && out->n_clusters < 40 && (size_t)at < sizeof out->note && !strstr(convention, "CR2"))
    at += snprintf(out->note + at, sizeof out->note - (size_t)at, "; few clusters: read CR2 or the wild bootstrap");
  if (at > 0 && p->dropped && (size_t)at < sizeof out->note)
    snprintf(out->note + at, sizeof out->note - (size_t)at, "; %zu rows left out", p->dropped);
}

/* --- by cluster sums --- */

/* Influence of each cluster on each coefficient, and from it the covariance. */
static muster_status sandwich(const muster_fe *fe, double factor, muster_coefficients *out, muster_error *err) {
  size_t m = fe->m, k = out->k, first = fe->model.panel->n_times, clusters = fe->model.panel->n_clusters;
  double *influence = muster_alloc(k, sizeof *influence);
  if (!influence) return muster_fail_memory(err);
  for (size_t g = 0; g < clusters; g++) {
    const double *score = fe->score + g * m;
    for (size_t j = 0; j < k; j++) {
      const double *row = fe->bread + (first + j) * m;
      double sum = 0;
      for (size_t a = 0; a < m; a++) sum += row[a] * score[a];
      influence[j] = sum;
    }
    for (size_t a = 0; a < k; a++) {
      for (size_t b = a; b < k; b++) out->v[a * k + b] += influence[a] * influence[b];
    }
  }
  muster_free(influence);
  for (size_t a = 0; a < k; a++) {
    for (size_t b = a; b < k; b++) {
      bool kept = fe->kept[first + a] && fe->kept[first + b];
      out->v[a * k + b] = out->v[b * k + a] = kept ? factor * out->v[a * k + b] : NAN;
    }
  }
  return MUSTER_OK;
}

static muster_status by_sums(const muster_fe_model *model, const muster_regression_options *options,
                             muster_coefficients *out, muster_error *err) {
  muster_fe fe;
  MUSTER_TRY(muster_fe_fit(model, &fe, err));
  size_t first = model->panel->n_times;
  double n = (double)fe.n_obs, g = (double)fe.n_clusters, k = (double)fe.rank, factor = 1;
  if (options->fe_count == MUSTER_FE_NESTED) k += 1; /* the times, the constant; units are nested */
  if (options->fe_count == MUSTER_FE_FULL) k += (double)fe.n_units;
  if (options->fe_count == MUSTER_FE_NONE) k = (double)fe.regressors;
  if (options->errors != MUSTER_ERRORS_CR0) factor *= g / (g - 1);
  if (options->errors == MUSTER_ERRORS_CLUSTER) factor *= (n - 1) / (n - k);
  muster_status status =
      fe.n_clusters < 2 ? too_few_clusters(err) : allocate(out, model->n_events + model->n_dense, err);
  if (status == MUSTER_OK) status = sandwich(&fe, factor, out, err);
  if (status == MUSTER_OK) {
    for (size_t j = 0; j < out->k; j++) {
      out->beta[j] = fe.kept[first + j] ? fe.theta[first + j] : NAN;
      out->df[j] = g - 1;
    }
    out->n_obs = fe.n_obs;
    out->n_units = fe.n_units;
    out->n_clusters = fe.n_clusters;
    static const char *const counts[] = {"nested fixed effects not in K", "all fixed effects in K",
                                         "no fixed effects in K"};
    char convention[160];
    if (options->errors == MUSTER_ERRORS_CLUSTER)
      snprintf(convention, sizeof convention, "CR1 G/(G-1) x (N-1)/(N-K), %zu clusters, %s", fe.n_clusters,
               counts[options->fe_count]);
    else
      snprintf(convention, sizeof convention, "%s, %zu clusters",
               options->errors == MUSTER_ERRORS_CR0 ? "CR0" : "CR1 G/(G-1)", fe.n_clusters);
    write_note(out, model->panel, convention);
  }
  muster_fe_free(&fe);
  return status;
}

/* --- by columns --- */

static const size_t MOST_LAID_OUT = (size_t)1 << 28; /* doubles: two gigabytes, needed twice */

typedef struct layout {
  double *events; /* [n_events][n] */
  const double **x;
  muster_design design;
  muster_covariance how;
} layout;

static void layout_free(layout *l) {
  muster_free(l->events);
  muster_free(l->x);
}

static muster_status lay_out(const muster_fe_model *model, const muster_regression_options *options, layout *l,
                             muster_error *err) {
  const muster_panel *p = model->panel;
  size_t n = p->n_obs, k = model->n_events + model->n_dense;
  *l = (layout){0};
  if (n > MOST_LAID_OUT / (k + p->n_times)) {
    muster_fail(err, MUSTER_DATA, "%zu rows by %zu columns are too many for this standard error", n, k + p->n_times);
    muster_error_todo(err, "use CR1 by cluster, the wild bootstrap, or one row for each cluster and time");
    return MUSTER_DATA;
  }
  l->events = muster_alloc(model->n_events * n, sizeof *l->events);
  l->x = muster_alloc(k, sizeof *l->x);
  if (!l->events || !l->x) {
    layout_free(l);
    return muster_fail_memory(err);
  }
  for (size_t i = 0; model->event && i < n; i++) {
    if (model->event[i] >= 0) l->events[(size_t)model->event[i] * n + i] = 1;
  }
  for (size_t j = 0; j < model->n_events; j++) l->x[j] = l->events + j * n;
  for (size_t j = 0; j < model->n_dense; j++) l->x[model->n_events + j] = model->dense[j];
  l->design = (muster_design){.n = n,
                              .k = k,
                              .x = l->x,
                              .y = model->y ? model->y : p->y,
                              .weight = p->weight,
                              .absorb = p->unit,
                              .n_absorb = p->n_units,
                              .dummies = p->time,
                              .n_dummies = p->n_times};
  bool two = options->errors == MUSTER_ERRORS_TWO_WAY;
  l->how = (muster_covariance){.kind = kind_of(options->errors),
                               .fe_count = options->fe_count,
                               .ways = two ? 2 : 1,
                               .cluster = {p->cluster, p->time},
                               .n_clusters = {p->n_clusters, p->n_times},
                               .each_way = options->each_way,
                               .unit = p->unit,
                               .n_units = p->n_units,
                               .time = p->time,
                               .n_times = p->n_times,
                               .lag = options->lag ? options->lag : (size_t)floor(pow((double)p->n_times, 0.25))};
  return MUSTER_OK;
}

static muster_status by_columns(const muster_fe_model *model, const muster_regression_options *options,
                                muster_coefficients *out, muster_error *err) {
  layout l;
  muster_fit fit = {0};
  muster_vcov vcov = {0};
  MUSTER_TRY(lay_out(model, options, &l, err));
  muster_status status = muster_least_squares(&l.design, &fit, err);
  if (status == MUSTER_OK) status = muster_vcov_of(&fit, &l.how, &vcov, err);
  if (status == MUSTER_OK) status = allocate(out, l.design.k, err);
  if (status == MUSTER_OK) {
    memcpy(out->beta, fit.beta, out->k * sizeof *out->beta);
    memcpy(out->v, vcov.v, out->k * out->k * sizeof *out->v);
    memcpy(out->df, vcov.df, out->k * sizeof *out->df);
    out->n_obs = model->panel->n_obs;
    out->n_units = model->panel->n_units;
    out->n_clusters = vcov.n_clusters;
    write_note(out, model->panel, vcov.note);
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&fit);
  layout_free(&l);
  return status;
}

muster_status muster_regress_panel(const muster_fe_model *model, const muster_regression_options *options,
                                   muster_coefficients *out, muster_error *err) {
  *out = (muster_coefficients){0};
  bool sums = model->panel->nested && options->errors <= MUSTER_ERRORS_CR1P;
  muster_status status = sums ? by_sums(model, options, out, err) : by_columns(model, options, out, err);
  if (status != MUSTER_OK) muster_coefficients_free(out);
  return status;
}

muster_status muster_regress_wald(const muster_fe_model *model, const muster_regression_options *options,
                                  const muster_coefficients *fit, const size_t *which, size_t q, muster_wald *out,
                                  muster_error *err) {
  if (options->errors != MUSTER_ERRORS_CR2)
    return muster_wald_of(fit->beta, fit->v, fit->k, which, q, fit->df[which[0]], out, err);
  layout l;
  muster_fit refit = {0};
  MUSTER_TRY(lay_out(model, options, &l, err));
  muster_status status = muster_least_squares(&l.design, &refit, err);
  if (status == MUSTER_OK) status = muster_wald_htz(&refit, &l.how, which, q, out, err);
  muster_fit_free(&refit);
  layout_free(&l);
  return status;
}

muster_estimate muster_coefficient_row(const muster_coefficients *fit, size_t j, const char *estimator,
                                       const char *term, const muster_regression_options *options) {
  muster_estimate row = muster_estimate_blank(estimator, options->outcome, term);
  double variance = fit->v[j * fit->k + j];
  row.n_obs = fit->n_obs;
  row.n_units = fit->n_units;
  row.n_clusters = fit->n_clusters;
  row.note = fit->note;
  if (isnan(fit->beta[j])) {
    row.note = "not estimable: explained by the fixed effects or by earlier columns";
    return row;
  }
  muster_estimate_fill(&row, fit->beta[j], variance > 0 ? sqrt(variance) : NAN, fit->df[j], muster_level(options));
  if (!(variance > 0)) row.std_error = variance == 0 ? 0 : NAN;
  return row;
}
