/* Leads and lags under two-way fixed effects, with the tests of the leads and simultaneous bands. */
#include "muster/impact/event_study.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "muster/impact/distribution.h"
#include "muster/impact/simultaneous.h"
#include "order.h"
#include "regression.h"

/* Times from the start that occur: every observed pair of cohort and time. */
static muster_status list_events(const muster_panel *p, double **out, size_t *count, muster_error *err) {
  double *cohorts = muster_alloc(p->n_units, sizeof *cohorts);
  if (!cohorts) return muster_fail_memory(err);
  size_t n_cohorts = muster_panel_cohorts(p, cohorts, NULL);
  uint8_t *seen = muster_alloc(n_cohorts * p->n_times, sizeof *seen);
  *out = muster_alloc(n_cohorts * p->n_times, sizeof **out);
  bool fine = seen && *out;
  *count = 0;
  for (size_t u = 0; fine && u < p->n_units; u++) {
    if (isnan(p->cohort[u])) continue;
    size_t c = muster_place(cohorts, n_cohorts, p->cohort[u]);
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
      uint8_t *at = &seen[c * p->n_times + p->time[i]];
      if (!*at) (*out)[(*count)++] = p->times[p->time[i]] - p->cohort[u];
      *at = 1;
    }
  }
  if (fine) *count = muster_distinct(*out, *count);
  muster_free(seen);
  muster_free(cohorts);
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status choose_reference(const double *event, size_t n, const muster_event_options *o, double *reference,
                                      muster_error *err) {
  *reference = NAN;
  if (o->reference_given) {
    if (muster_place(event, n, o->reference) < n) {
      *reference = o->reference;
      return MUSTER_OK;
    }
    muster_fail(err, MUSTER_DATA, "no treated unit is observed at %g from its start, the reference asked for",
                o->reference);
    muster_error_expected(err, "a time from the start that occurs, such as -1");
    return MUSTER_DATA;
  }
  for (size_t e = 0; e < n && event[e] < 0; e++) *reference = event[e];
  if (!isnan(*reference)) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no treated unit is observed before its start");
  muster_error_todo(err, "extend the panel to before the first start");
  return MUSTER_DATA;
}

/* Pools the ends: events beyond the asked leads and lags share the column of the outermost. `column[e]` is the column
 * of event e, or -1 for the reference; the list shrinks to the columns. */
static void pool(double *event, size_t *n, const muster_event_options *o, double reference, int32_t *column) {
  size_t count = *n, before = 0, at = muster_place(event, count, reference), next = 0;
  while (before < count && event[before] < 0) before++;
  size_t low = o->leads && before > o->leads ? before - o->leads : 0;
  size_t high = o->lags && count - before > o->lags ? before + o->lags - 1 : count - 1;
  low = at < low ? at : low;
  high = at > high ? at : high;
  for (size_t e = low; e <= high; e++) {
    column[e] = e == at ? -1 : (int32_t)next;
    if (e != at) event[next++] = event[e];
  }
  for (size_t e = 0; e < low; e++) column[e] = column[low];
  for (size_t e = high + 1; e < count; e++) column[e] = column[high];
  *n = next;
}

static muster_status mark_rows(const muster_panel *p, const double *all, size_t n_all, const int32_t *column,
                               int32_t **out, muster_error *err) {
  *out = muster_alloc(p->n_obs, sizeof **out);
  int32_t *of_time = muster_alloc(p->n_times, sizeof *of_time);
  if (!*out || !of_time) {
    muster_free(of_time);
    return muster_fail_memory(err);
  }
  double cohort = NAN;
  for (size_t u = 0; u < p->n_units; u++) {
    bool ever = !isnan(p->cohort[u]);
    if (ever && p->cohort[u] != cohort) {
      cohort = p->cohort[u];
      for (size_t t = 0; t < p->n_times; t++) {
        size_t at = muster_place(all, n_all, p->times[t] - cohort);
        of_time[t] = at < n_all ? column[at] : -1;
      }
    }
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) (*out)[i] = ever ? of_time[p->time[i]] : -1;
  }
  muster_free(of_time);
  return MUSTER_OK;
}

/* The line through the reference that fits the leads best under their covariance: b_e = slope (e - reference). */
static muster_status fit_slope(muster_event_study *s, const size_t *leads, double level, muster_error *err) {
  size_t q = s->n_leads, k = s->fit.k;
  double *block = muster_alloc(q * q, sizeof *block), *x = muster_alloc(q, sizeof *x), *b = muster_alloc(q, sizeof *b);
  bool fine = block && x && b;
  if (fine) {
    for (size_t a = 0; a < q; a++) {
      x[a] = s->event[leads[a]] - s->reference;
      b[a] = s->fit.beta[leads[a]];
      for (size_t c = 0; c < q; c++) block[a * q + c] = s->fit.v[leads[a] * k + leads[c]];
    }
    gsl_matrix_view m = gsl_matrix_view_array(block, q, q);
    gsl_vector_view vx = gsl_vector_view_array(x, q), vb = gsl_vector_view_array(b, q);
    if (gsl_linalg_cholesky_decomp1(&m.matrix) == 0) {
      gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &m.matrix, &vx.vector);
      gsl_blas_dtrsv(CblasLower, CblasNoTrans, CblasNonUnit, &m.matrix, &vb.vector);
      double xx, xb;
      gsl_blas_ddot(&vx.vector, &vx.vector, &xx);
      gsl_blas_ddot(&vx.vector, &vb.vector, &xb);
      double df = s->fit.df[leads[0]];
      s->slope = xb / xx;
      s->slope_se = 1 / sqrt(xx);
      s->slope_mde = (muster_t_quantile(0.5 + level / 2, df) + muster_t_quantile(0.8, df)) * s->slope_se;
    }
  }
  muster_free(block);
  muster_free(x);
  muster_free(b);
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

static muster_status look_back(const muster_fe_model *model, const muster_event_options *o, muster_event_study *s,
                               muster_error *err) {
  size_t *leads = muster_alloc(s->n_events, sizeof *leads);
  if (!leads) return muster_fail_memory(err);
  for (size_t e = 0; e < s->n_events; e++) {
    if (s->event[e] < 0 && isfinite(s->fit.beta[e]) && s->fit.v[e * s->fit.k + e] > 0) leads[s->n_leads++] = e;
  }
  muster_status status = MUSTER_OK;
  if (s->n_leads) {
    muster_error singular = {0}; /* more leads than clusters: no test, not a failure */
    status = muster_regress_wald(model, &o->regression, &s->fit, leads, s->n_leads, &s->pretrend, &singular);
    if (status == MUSTER_DATA) status = MUSTER_OK;
    if (status != MUSTER_OK && err) *err = singular;
    bool usable =
        status == MUSTER_OK && !isnan(s->pretrend.f); /* a line under a singular covariance would look exact */
    if (usable) status = fit_slope(s, leads, muster_level(&o->regression), err);
  }
  muster_free(leads);
  return status;
}

static muster_status bands(const muster_event_options *o, muster_event_study *s, muster_error *err) {
  size_t q = s->n_events;
  double *block = muster_alloc(q * q, sizeof *block);
  if (!block) return muster_fail_memory(err);
  for (size_t a = 0; a < q; a++) {
    for (size_t b = 0; b < q; b++) block[a * q + b] = s->fit.v[a * s->fit.k + b];
  }
  muster_status status = muster_sup_t(block, q, muster_level(&o->regression), &s->critical, err);
  muster_free(block);
  return status;
}

static muster_status fit_events(const muster_panel *p, const muster_event_options *o, muster_event_study *s,
                                double *all, size_t n_all, muster_error *err) {
  int32_t *column = muster_alloc(n_all, sizeof *column), *row_event = NULL;
  const double **dense = muster_alloc(p->n_covariates, sizeof *dense);
  s->event = muster_alloc(n_all, sizeof *s->event);
  muster_status status = column && dense && s->event ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    memcpy(s->event, all, n_all * sizeof *all);
    s->n_events = n_all;
    pool(s->event, &s->n_events, o, s->reference, column);
    status = mark_rows(p, all, n_all, column, &row_event, err);
  }
  for (size_t k = 0; status == MUSTER_OK && k < p->n_covariates; k++) dense[k] = p->covariate[k];
  muster_fe_model model = {
      .panel = p, .event = row_event, .n_events = s->n_events, .n_dense = p->n_covariates, .dense = dense};
  if (status == MUSTER_OK) status = muster_regress_panel(&model, &o->regression, &s->fit, err);
  if (status == MUSTER_OK) status = look_back(&model, o, s, err);
  if (status == MUSTER_OK && !o->no_bands) status = bands(o, s, err);
  muster_free(column);
  muster_free(dense);
  muster_free(row_event);
  return status;
}

muster_status muster_event_study_fit(const muster_panel *panel, const muster_event_options *options,
                                     muster_event_study *out, muster_error *err) {
  *out = (muster_event_study){.slope = NAN, .slope_se = NAN, .slope_mde = NAN, .critical = NAN};
  out->pretrend = (muster_wald){NAN, NAN, NAN, NAN, NAN, NAN};
  MUSTER_TRY(muster_regress_check(panel, err));
  double *all = NULL;
  size_t n_all = 0;
  muster_status status = list_events(panel, &all, &n_all, err);
  if (status == MUSTER_OK) status = choose_reference(all, n_all, options, &out->reference, err);
  if (status == MUSTER_OK) status = fit_events(panel, options, out, all, n_all, err);
  muster_free(all);
  if (status != MUSTER_OK) muster_event_study_free(out);
  return status;
}

void muster_event_study_free(muster_event_study *study) {
  muster_free(study->event);
  muster_coefficients_free(&study->fit);
  *study = (muster_event_study){0};
}

/* --- rows --- */

static muster_status add_events(const muster_event_study *s, const muster_event_options *o, muster_estimates *out,
                                muster_error *err) {
  bool reference_done = false;
  for (size_t e = 0; e <= s->n_events; e++) {
    if (!reference_done && (e == s->n_events || s->event[e] > s->reference)) {
      muster_estimate zero = muster_estimate_blank("event_study", o->regression.outcome, "event");
      zero.time = s->reference;
      zero.estimate = 0;
      zero.n_units = s->fit.n_units;
      zero.n_obs = s->fit.n_obs;
      zero.n_clusters = s->fit.n_clusters;
      zero.note = "reference";
      MUSTER_TRY(muster_estimates_add(out, &zero, err));
      reference_done = true;
    }
    if (e == s->n_events) break;
    muster_estimate row = muster_coefficient_row(&s->fit, e, "event_study", "event", &o->regression);
    row.time = s->event[e];
    MUSTER_TRY(muster_estimates_add(out, &row, err));
  }
  for (size_t e = 0; !isnan(s->critical) && e < s->n_events; e++) {
    muster_estimate row = muster_coefficient_row(&s->fit, e, "event_study", "event_band", &o->regression);
    if (!(row.std_error > 0)) continue;
    char note[320];
    snprintf(note, sizeof note, "simultaneous sup-t band, critical value %.4g; %s", s->critical, s->fit.note);
    row.time = s->event[e];
    row.conf_low = row.estimate - s->critical * row.std_error;
    row.conf_high = row.estimate + s->critical * row.std_error;
    row.p_value = row.df = NAN;
    row.note = note;
    MUSTER_TRY(muster_estimates_add(out, &row, err));
  }
  return MUSTER_OK;
}

static muster_status add_pretrend(const muster_event_study *s, const muster_event_options *o, muster_estimates *out,
                                  muster_error *err) {
  if (!s->n_leads) return MUSTER_OK;
  char note[400];
  muster_estimate row = muster_estimate_blank("event_study", o->regression.outcome, "pretrend");
  row.n_units = s->fit.n_units;
  row.n_obs = s->fit.n_obs;
  row.n_clusters = s->fit.n_clusters;
  row.note = note;
  if (isnan(s->pretrend.f)) {
    snprintf(note, sizeof note, "no joint test: the covariance of %zu leads is singular", s->n_leads);
  } else {
    row.estimate = s->pretrend.f;
    row.p_value = s->pretrend.f_p;
    row.df = s->pretrend.df2;
    snprintf(note, sizeof note,
             "joint test of %zu leads, F(%g, %.6g)%s; a large p does not show parallel trends: see "
             "pretrend_slope_mde; %s",
             s->n_leads, s->pretrend.df1, s->pretrend.df2, o->regression.errors == MUSTER_ERRORS_CR2 ? " HTZ" : "",
             s->fit.note);
  }
  MUSTER_TRY(muster_estimates_add(out, &row, err));
  if (isnan(s->slope)) return MUSTER_OK;
  row.term = "pretrend_slope";
  muster_estimate_fill(&row, s->slope, s->slope_se, s->fit.df[0], muster_level(&o->regression));
  snprintf(note, sizeof note, "line through the reference, weighted by the covariance of the leads; %s", s->fit.note);
  MUSTER_TRY(muster_estimates_add(out, &row, err));
  muster_estimate mde = muster_estimate_blank("event_study", o->regression.outcome, "pretrend_slope_mde");
  mde.estimate = s->slope_mde;
  mde.note = "slope for each unit of time that the test would find in 80% of such studies";
  return muster_estimates_add(out, &mde, err);
}

muster_status muster_event_study_rows(const muster_panel *panel, const muster_event_options *options,
                                      muster_estimates *out, muster_error *err) {
  muster_event_study study;
  MUSTER_TRY(muster_event_study_fit(panel, options, &study, err));
  muster_status status = add_events(&study, options, out, err);
  if (status == MUSTER_OK) status = add_pretrend(&study, options, out, err);
  for (size_t k = 0; status == MUSTER_OK && k < panel->n_covariates; k++) {
    muster_estimate row =
        muster_coefficient_row(&study.fit, study.n_events + k, "event_study", panel->name[k], &options->regression);
    status = muster_estimates_add(out, &row, err);
  }
  muster_event_study_free(&study);
  return status;
}
