/* Difference in differences with covariates for one group and time: outcome regression, inverse probability weighting,
 * doubly robust. Notation of Sant'Anna & Zhao (2020); the influence functions carry both first stages. */
#include <math.h>
#include <string.h>

#include "callaway.h"
#include "muster/impact/glm.h"
#include "muster/impact/linear.h"

/* Above this the treated have no one to be compared with. */
static const double NO_OVERLAP = 0.999;

typedef struct stage {
  muster_fit fit;    /* changes of the controls on x */
  muster_glm ps;     /* treated or not on x */
  double *beta;      /* [k], 0 for columns left out */
  double *control;   /* [n] controls' weights, 0 for the treated */
  double *p;         /* [n] propensity */
  double *predicted; /* [n] change expected without treatment */
  double *m;         /* [k] */
  double *through;   /* [k] */
} stage;

static void stage_free(stage *s) {
  muster_fit_free(&s->fit);
  muster_glm_free(&s->ps);
  muster_free(s->beta);
  muster_free(s->control);
  muster_free(s->p);
  muster_free(s->predicted);
  muster_free(s->m);
  muster_free(s->through);
}

static double weight_of(const muster_cs_pair *c, size_t i) { return c->weight ? c->weight[i] : 1; }

/* v = S m, S the inverse cross product of the columns kept. */
static void through_bread(const muster_fit *fit, size_t k, const double *m, double *v) {
  for (size_t a = 0; a < k; a++) {
    v[a] = 0;
    for (size_t b = 0; b < k; b++) {
      if (fit->place[a] == SIZE_MAX || fit->place[b] == SIZE_MAX) continue;
      v[a] += fit->bread[fit->place[a] * fit->rank + fit->place[b]] * m[b];
    }
  }
}

static double dot_row(const muster_cs_pair *c, size_t i, const double *v) {
  double sum = 0;
  for (size_t a = 0; a < c->k; a++) sum += v[a] * c->x[a][i];
  return sum;
}

static muster_status outcome_stage(const muster_cs_pair *c, stage *s, const double **columns, muster_error *err) {
  size_t from = c->n_treated;
  for (size_t a = 0; a < c->k; a++) columns[a] = c->x[a] + from;
  muster_design d = {
      .n = c->n - from, .k = c->k, .x = columns, .y = c->change + from, .weight = c->weight ? c->weight + from : NULL};
  MUSTER_TRY(muster_least_squares(&d, &s->fit, err));
  for (size_t a = 0; a < c->k; a++) s->beta[a] = isnan(s->fit.beta[a]) ? 0 : s->fit.beta[a];
  for (size_t i = 0; i < c->n; i++) s->predicted[i] = dot_row(c, i, s->beta);
  return MUSTER_OK;
}

/* s->predicted stands in for the 0/1 outcome until the outcome stage fills it. */
static muster_status propensity_stage(const muster_cs_pair *c, stage *s, muster_error *err) {
  for (size_t i = 0; i < c->n; i++) s->predicted[i] = i < c->n_treated;
  muster_glm_model model = {.family = MUSTER_LOGIT,
                            .design = {.n = c->n, .k = c->k, .x = c->x, .y = s->predicted, .weight = c->weight}};
  MUSTER_TRY(muster_glm_fit(&model, &s->ps, err));
  for (size_t i = 0; i < c->n; i++) {
    s->p[i] = s->ps.mu[i];
    if (s->p[i] >= NO_OVERLAP) return muster_fail(err, MUSTER_DATA, "no overlap: some units are certain to be treated");
  }
  return MUSTER_OK;
}

/* Adds to the influence of each unit what the outcome regression's coefficients contribute: row'S m times -1/scale. */
static void add_outcome_part(const muster_cs_pair *c, stage *s, double scale, double *influence) {
  through_bread(&s->fit, c->k, s->m, s->through);
  for (size_t i = c->n_treated; i < c->n; i++)
    influence[i] += weight_of(c, i) * (c->change[i] - s->predicted[i]) * dot_row(c, i, s->through) * scale;
}

static void add_propensity_part(const muster_cs_pair *c, stage *s, double scale, double *influence) {
  through_bread(&s->ps.working, c->k, s->m, s->through);
  for (size_t i = 0; i < c->n; i++)
    influence[i] += weight_of(c, i) * ((i < c->n_treated) - s->p[i]) * dot_row(c, i, s->through) * scale;
}

/* All sums run over the cell; influence comes out with mean zero and is scaled by n at the end. */
static muster_status combine(const muster_cs_pair *c, muster_cs_method method, stage *s, double *att,
                             double *influence) {
  bool regress = method != MUSTER_CS_WEIGHTING, weigh = method != MUSTER_CS_REGRESSION;
  double treated_mass = 0, control_mass = 0, treated_sum = 0, control_sum = 0;
  for (size_t i = 0; i < c->n; i++) {
    double w = weight_of(c, i), change = c->change[i] - (regress ? s->predicted[i] : 0);
    if (i < c->n_treated) {
      treated_mass += w;
      treated_sum += w * change;
    } else if (weigh) {
      s->control[i] = w * s->p[i] / (1 - s->p[i]);
      control_mass += s->control[i];
      control_sum += s->control[i] * change;
    }
  }
  double treated_mean = treated_sum / treated_mass, control_mean = weigh ? control_sum / control_mass : 0;
  *att = treated_mean - control_mean;
  for (size_t i = 0; i < c->n; i++) {
    double change = c->change[i] - (regress ? s->predicted[i] : 0);
    if (i < c->n_treated)
      influence[i] = weight_of(c, i) * (change - treated_mean) / treated_mass;
    else
      influence[i] = weigh ? -s->control[i] * (change - control_mean) / control_mass : 0;
  }
  if (regress) { /* the treated's mean prediction, less that of the reweighted controls */
    memset(s->m, 0, c->k * sizeof *s->m);
    for (size_t i = 0; i < c->n; i++) {
      double share = i < c->n_treated ? weight_of(c, i) / treated_mass : weigh ? -s->control[i] / control_mass : 0;
      for (size_t a = 0; a < c->k; a++) s->m[a] += share * c->x[a][i];
    }
    add_outcome_part(c, s, -1, influence);
  }
  if (weigh) {
    memset(s->m, 0, c->k * sizeof *s->m);
    for (size_t i = c->n_treated; i < c->n; i++) {
      double change = c->change[i] - (regress ? s->predicted[i] : 0);
      for (size_t a = 0; a < c->k; a++) s->m[a] += s->control[i] * (change - control_mean) * c->x[a][i] / control_mass;
    }
    add_propensity_part(c, s, -1, influence);
  }
  for (size_t i = 0; i < c->n; i++) influence[i] *= (double)c->n;
  return isfinite(*att) ? MUSTER_OK : MUSTER_DATA;
}

muster_status muster_cs_pair_fit(const muster_cs_pair *c, muster_cs_method method, double *att, double *influence,
                                 muster_error *err) {
  stage s = {.beta = muster_alloc(c->k, sizeof *s.beta),
             .control = muster_alloc(c->n, sizeof *s.control),
             .p = muster_alloc(c->n, sizeof *s.p),
             .predicted = muster_alloc(c->n, sizeof *s.predicted),
             .m = muster_alloc(c->k, sizeof *s.m),
             .through = muster_alloc(c->k, sizeof *s.through)};
  const double **columns = muster_alloc(c->k, sizeof *columns);
  bool fine = s.beta && s.control && s.p && s.predicted && s.m && s.through && columns;
  muster_status status = fine ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK && method != MUSTER_CS_REGRESSION) status = propensity_stage(c, &s, err);
  if (status == MUSTER_OK && method != MUSTER_CS_WEIGHTING) status = outcome_stage(c, &s, columns, err);
  if (status == MUSTER_OK) status = combine(c, method, &s, att, influence);
  muster_free(columns);
  stage_free(&s);
  return status;
}
