/* Effects by subgroup from one regression whose every coefficient is the group's own. */
#include "muster/impact/subgroups.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEWEST = 2, TESTED = 10 }; /* units of an arm: to be fitted at all, and to enter the joint test */

typedef struct work {
  const muster_columns *from;
  const uint32_t *level;
  size_t n_levels, k; /* groups; columns of a group: treatment and covariates */
  size_t *group;      /* [fitted] level behind each group of columns */
  size_t fitted;
  double *room;     /* [fitted * k][n] */
  double **column;  /* into room: treatments of all groups, then covariates */
  uint32_t *number; /* [4][n] */
  double *time, *y; /* [n] */
} work;

static void work_free(work *w) {
  muster_free(w->group);
  muster_free(w->room);
  muster_free(w->column);
  muster_free(w->number);
  muster_free(w->time);
}

/* A row that the regression can use. */
static bool complete(const work *w, size_t i) {
  const muster_columns *c = w->from;
  if (w->level[i] == MUSTER_NONE || isnan(c->y[i]) || isnan(c->treated[i])) return false;
  if (c->time && isnan(c->time[i])) return false;
  if (c->weight && !(c->weight[i] > 0)) return false;
  for (size_t j = 0; j < c->n_covariates; j++)
    if (isnan(c->covariates[j][i])) return false;
  return true;
}

static int by_double(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

/* Who is in each group: units are marked by the arms in which they were seen. */
static muster_status count_groups(work *w, muster_subgroups *out, muster_error *err) {
  const muster_columns *c = w->from;
  uint32_t *dense = w->number;
  size_t units;
  MUSTER_TRY(muster_number_dense(c->unit, c->n, dense, NULL, &units, err));
  unsigned char *seen = muster_alloc(units * w->n_levels, 1);
  size_t *staggered = muster_alloc(w->n_levels, sizeof *staggered);
  if (!seen || !staggered) {
    muster_free(seen);
    muster_free(staggered);
    return muster_fail_memory(err);
  }
  for (size_t i = 0; i < c->n; i++) {
    if (!complete(w, i)) continue;
    out->at[w->level[i]].n_obs++;
    seen[dense[i] * w->n_levels + w->level[i]] |= c->treated[i] != 0 ? 2 : 1;
  }
  for (size_t u = 0; u < units; u++)
    for (size_t g = 0; g < w->n_levels; g++) {
      unsigned char arms = seen[u * w->n_levels + g];
      out->at[g].n_units += arms != 0;
      out->at[g].n_treated += (arms & 2) != 0;
      out->at[g].n_comparison += arms == 1;
      staggered[g] += arms == 3; /* stands in for a comparison until it starts */
    }
  muster_free(seen);
  for (size_t g = 0; g < w->n_levels; g++) {
    out->at[g].fitted = out->at[g].n_treated >= FEWEST && out->at[g].n_comparison + staggered[g] >= FEWEST;
    if (out->at[g].fitted) w->group[w->fitted++] = g;
  }
  muster_free(staggered);
  if (w->fitted) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no group has %d treated units and %d to compare them with", FEWEST, FEWEST);
  muster_error_expected(err, "groups in which some are treated and others are not");
  return MUSTER_DATA;
}

/* Treatment and covariates of every group as columns, 0 elsewhere. */
static muster_status lay_out(work *w, muster_error *err) {
  const muster_columns *c = w->from;
  w->room = muster_alloc(w->fitted * w->k * c->n, sizeof *w->room);
  w->column = muster_alloc(w->fitted * w->k, sizeof *w->column);
  if (!w->room || !w->column) return muster_fail_memory(err);
  for (size_t j = 0; j < w->fitted * w->k; j++) w->column[j] = w->room + j * c->n;
  for (size_t f = 0; f < w->fitted; f++)
    for (size_t i = 0; i < c->n; i++) {
      if (w->level[i] != w->group[f]) continue;
      w->column[f][i] = c->treated[i];
      for (size_t j = 1; j < w->k; j++) w->column[w->fitted + f * (w->k - 1) + j - 1][i] = c->covariates[j - 1][i];
    }
  return MUSTER_OK;
}

/* ---- a panel ---- */

/* Units and times become pairs with the group; a row outside of all groups loses its outcome. */
static muster_status pair_up(work *w, muster_error *err) {
  const muster_columns *c = w->from;
  size_t n = c->n, units, times = 0;
  double *sorted = muster_alloc(n, sizeof *sorted);
  if (!sorted) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++)
    if (!isnan(c->time[i])) sorted[times++] = c->time[i];
  qsort(sorted, times, sizeof *sorted, by_double);
  size_t distinct = 0;
  for (size_t i = 0; i < times; i++)
    if (!distinct || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
  muster_status status = muster_number_dense(c->unit, n, w->number, NULL, &units, err);
  if (status == MUSTER_OK && units * w->n_levels >= MUSTER_NONE)
    status = muster_fail(err, MUSTER_DATA, "too many units for so many groups");
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) {
    bool in = complete(w, i);
    for (size_t f = 0; in && f <= w->fitted; f++)
      if (f == w->fitted || w->group[f] == w->level[i]) {
        in = f < w->fitted;
        break;
      }
    w->number[n + i] = c->cluster ? c->cluster[i] : c->unit[i];
    w->y[i] = in ? c->y[i] : NAN;
    w->time[i] = NAN;
    if (!in) continue;
    const double *place = bsearch(&c->time[i], sorted, distinct, sizeof *sorted, by_double);
    w->number[i] = (uint32_t)(w->number[i] * w->n_levels + w->level[i]);
    w->time[i] = (double)(place - sorted) + (double)(w->level[i] * (distinct + 1));
  }
  muster_free(sorted);
  return status;
}

static muster_status fit_panel(work *w, const muster_regression_options *options, muster_coefficients *fit,
                               muster_error *err) {
  const muster_columns *c = w->from;
  MUSTER_TRY(pair_up(w, err));
  size_t more = w->fitted * w->k - 1;
  const char **names = muster_alloc(more + 1, sizeof *names);
  if (!names) return muster_fail_memory(err);
  for (size_t j = 0; j < more; j++) names[j] = "";
  muster_columns columns = {.n = c->n,
                            .unit = w->number,
                            .time = w->time,
                            .y = w->y,
                            .weight = c->weight,
                            .cluster = w->number + c->n,
                            .treated = w->column[0],
                            .n_covariates = more,
                            .covariates = (const double *const *)w->column + 1,
                            .names = names};
  muster_panel panel = {0};
  muster_status status = muster_panel_build(&columns, &panel, err);
  if (status == MUSTER_OK) status = muster_twfe_fit(&panel, options, fit, err);
  muster_panel_free(&panel);
  muster_free(names);
  return status;
}

/* ---- a cross-section ---- */

static muster_status covariance_of(const muster_fit *ls, const work *w, size_t n, muster_errors errors,
                                   muster_vcov *vcov, muster_error *err) {
  static const muster_covariance_kind kinds[] = {
      [MUSTER_ERRORS_CLUSTER] = MUSTER_CR1, [MUSTER_ERRORS_CR0] = MUSTER_CR0, [MUSTER_ERRORS_CR1P] = MUSTER_CR1P,
      [MUSTER_ERRORS_CR2] = MUSTER_CR2,     [MUSTER_ERRORS_HC1] = MUSTER_HC1, [MUSTER_ERRORS_IID] = MUSTER_IID};
  if (!w->from->cluster) /* every row by itself */
    return muster_vcov_of(ls, &(muster_covariance){.kind = errors == MUSTER_ERRORS_IID ? MUSTER_IID : MUSTER_HC1}, vcov,
                          err);
  muster_covariance how = {.kind = kinds[errors], .ways = 1, .cluster = {w->number + n}};
  MUSTER_TRY(muster_number_dense(w->number + n, ls->design.n, w->number + n, NULL, &how.n_clusters[0], err));
  return muster_vcov_of(ls, &how, vcov, err);
}

static muster_status fit_rows(work *w, const muster_regression_options *options, muster_coefficients *fit,
                              muster_error *err) {
  const muster_columns *c = w->from;
  size_t n = 0, k = w->fitted * w->k, capacity = c->n;
  double *weight = c->weight ? w->time : NULL;
  uint32_t *place = w->number + 2 * capacity; /* of each level among the fitted */
  for (size_t f = 0; f < w->fitted; f++) place[w->group[f]] = (uint32_t)f;
  for (size_t i = 0; i < c->n; i++) {
    bool in = false;
    for (size_t f = 0; f < w->fitted; f++) in = in || (w->group[f] == w->level[i] && complete(w, i));
    if (!in) continue;
    w->number[n] = place[w->level[i]];
    w->number[capacity + n] = c->cluster ? c->cluster[i] : 0;
    for (size_t j = 0; j < k; j++) w->column[j][n] = w->column[j][i];
    w->y[n] = c->y[i];
    if (weight) weight[n] = c->weight[i];
    n++;
  }
  muster_fit ls = {.rank = 0};
  muster_vcov vcov = {.k = 0};
  muster_design design = {.n = n,
                          .k = k,
                          .x = (const double *const *)w->column,
                          .y = w->y,
                          .weight = weight,
                          .absorb = w->number,
                          .n_absorb = w->fitted};
  muster_status status = muster_least_squares(&design, &ls, err);
  if (status == MUSTER_OK) status = covariance_of(&ls, w, capacity, options->errors, &vcov, err);
  if (status == MUSTER_OK) {
    fit->k = k;
    fit->n_clusters = vcov.n_clusters;
    memcpy(fit->note, vcov.note, sizeof vcov.note);
    fit->beta = ls.beta, ls.beta = NULL; /* handed over */
    fit->v = vcov.v, vcov.v = NULL;
    fit->df = vcov.df, vcov.df = NULL;
  }
  muster_vcov_free(&vcov);
  muster_fit_free(&ls);
  return status;
}

/* ---- what the regression says ---- */

/* Groups with an estimate, small ones only where there are no others: their errors are too good to be true. */
static size_t tested_groups(const work *w, const muster_subgroups *out, size_t *which) {
  for (size_t least = TESTED;; least = 0) {
    size_t n = 0;
    for (size_t f = 0; f < w->fitted; f++) {
      const muster_subgroup *g = &out->at[w->group[f]];
      if (!isnan(g->estimate) && g->n_treated >= least && g->n_comparison >= least) which[n++] = f;
    }
    if (n > 1 || !least) return n;
  }
}

static muster_status read_out(const work *w, const muster_coefficients *fit, muster_subgroups *out, muster_error *err) {
  double least = INFINITY;
  size_t *which = muster_alloc(w->fitted, sizeof *which);
  double *b = muster_alloc(w->fitted * (w->fitted + 1), sizeof *b), *v = b + w->fitted;
  muster_status status = which && b ? MUSTER_OK : muster_fail_memory(err);
  for (size_t f = 0; status == MUSTER_OK && f < w->fitted; f++) {
    muster_subgroup *g = &out->at[w->group[f]];
    double std_error = sqrt(fit->v[f * fit->k + f]);
    if (!(std_error > 1e-9 * fabs(fit->beta[f]))) continue; /* left out, or without a residual */
    g->estimate = fit->beta[f];
    g->std_error = std_error;
    g->df = fit->df[f];
    for (size_t h = 0; h < w->fitted; h++) out->v[w->group[f] * out->n + w->group[h]] = fit->v[f * fit->k + h];
  }
  size_t n = status == MUSTER_OK ? tested_groups(w, out, which) : 0;
  for (size_t i = 0; i < n; i++) least = fmin(least, out->at[w->group[which[i]]].df);
  size_t q = n ? n - 1 : 0; /* each against the first */
  for (size_t i = 0; i < q && status == MUSTER_OK; i++) {
    size_t f = which[i + 1], first = which[0], k = fit->k;
    b[i] = fit->beta[f] - fit->beta[first];
    for (size_t j = 0; j < q; j++) {
      size_t h = which[j + 1];
      v[i * q + j] = fit->v[f * k + h] - fit->v[f * k + first] - fit->v[first * k + h] + fit->v[first * k + first];
    }
  }
  for (size_t i = 0; i < q; i++) which[i] = i;
  if (status == MUSTER_OK && q) {
    muster_error ignored = {0}; /* clusters fewer than groups: no joint test */
    muster_status tested = muster_wald_of(b, v, q, which, q, least, &out->equal, &ignored);
    if (tested == MUSTER_MEMORY) status = muster_fail_memory(err);
    if (tested == MUSTER_OK) out->n_equal = q;
  }
  muster_free(which);
  muster_free(b);
  return status;
}

muster_status muster_subgroups_fit(const muster_columns *columns, const uint32_t *level, size_t n_levels,
                                   bool cross_section, const muster_regression_options *options, muster_subgroups *out,
                                   muster_error *err) {
  work w = {.from = columns, .level = level, .n_levels = n_levels, .k = 1 + columns->n_covariates};
  muster_coefficients fit = {0};
  size_t n = columns->n, most = n > n_levels ? n : n_levels;
  *out = (muster_subgroups){.n = n_levels,
                            .at = muster_alloc(n_levels, sizeof *out->at),
                            .v = muster_alloc(n_levels * n_levels, sizeof *out->v)};
  w.group = muster_alloc(n_levels, sizeof *w.group);
  w.number = muster_alloc(3 * most, sizeof *w.number);
  w.time = muster_alloc(2 * n, sizeof *w.time);
  w.y = w.time ? w.time + n : NULL;
  muster_status status = out->at && out->v && w.group && w.number && w.time ? MUSTER_OK : muster_fail_memory(err);
  for (size_t g = 0; status == MUSTER_OK && g < n_levels; g++)
    out->at[g].estimate = out->at[g].std_error = out->at[g].df = NAN;
  for (size_t g = 0; status == MUSTER_OK && g < n_levels * n_levels; g++) out->v[g] = NAN;
  if (status == MUSTER_OK) status = count_groups(&w, out, err);
  if (status == MUSTER_OK) status = lay_out(&w, err);
  if (status == MUSTER_OK)
    status = cross_section ? fit_rows(&w, options, &fit, err) : fit_panel(&w, options, &fit, err);
  if (status == MUSTER_OK) {
    out->n_clusters = fit.n_clusters;
    memcpy(out->note, fit.note, sizeof out->note);
    status = read_out(&w, &fit, out, err);
  }
  muster_coefficients_free(&fit);
  work_free(&w);
  if (status != MUSTER_OK) muster_subgroups_free(out);
  return status;
}

void muster_subgroups_difference(const muster_subgroups *s, size_t a, size_t b, double *estimate, double *std_error,
                                 double *df) {
  double variance = s->v[a * s->n + a] + s->v[b * s->n + b] - 2 * s->v[a * s->n + b];
  *estimate = s->at[a].estimate - s->at[b].estimate;
  *std_error = sqrt(variance);
  *df = fmin(s->at[a].df, s->at[b].df);
}

void muster_subgroups_free(muster_subgroups *s) {
  muster_free(s->at);
  muster_free(s->v);
  *s = (muster_subgroups){0};
}
