/* The wild cluster bootstrap from cluster sums.
 *
 * With d the tested column after everything else is partialled out, r the columns of a row, S their inverse cross
 * product and e(delta) = e + delta d the residuals when the coefficient is held delta below its estimate, a cluster
 * enters only through a_g = d_g'e_g, q_g = d_g'd_g, B_g = r_g'e_g, C_g = r_g'd_g. For weights v the bootstrap numerator
 * is sum v_g (a_g + delta q_g), and the score of cluster g is v_g (a_g + delta q_g) - C_g'S sum_h v_h (B_h + delta
 * C_h). Both are linear in delta, so one pass over the draws serves the test of every null value, and its inversion. */
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/impact/cluster_bootstrap.h"
#include "muster/impact/distribution.h"
#include "order.h"
#include "regression.h"

static const double TIE = 1e-9;
enum { USUAL_DRAWS = 9999, MOST_DOUBLINGS = 40, BISECTIONS = 200 };

/* numerator n0 + delta n1; sum of squared scores d0 + 2 delta d1 + delta^2 d2 */
typedef struct drawn {
  double n0, n1, d0, d1, d2;
} drawn;

typedef struct sums {
  size_t g, m;
  double *a, *q; /* [g] */
  double *b, *c; /* [g][m] */
  double *d;     /* [m][g] S C_g, laid out by column */
  double *v, *mb, *mc, *s0, *s1;
  double squares, total; /* sum of a^2, of q */
} sums;

static void sums_free(sums *s) {
  muster_free(s->a);
  muster_free(s->q);
  muster_free(s->b);
  muster_free(s->c);
  muster_free(s->d);
  muster_free(s->v);
  muster_free(s->mb);
  muster_free(s->mc);
  muster_free(s->s0);
  muster_free(s->s1);
}

static muster_status sums_room(size_t g, size_t m, sums *s, muster_error *err) {
  *s = (sums){.g = g, .m = m};
  s->a = muster_alloc(g, sizeof *s->a);
  s->q = muster_alloc(g, sizeof *s->q);
  s->b = muster_alloc(g * m, sizeof *s->b);
  s->c = muster_alloc(g * m, sizeof *s->c);
  s->d = muster_alloc(m * g, sizeof *s->d);
  s->v = muster_alloc(g, sizeof *s->v);
  s->mb = muster_alloc(m, sizeof *s->mb);
  s->mc = muster_alloc(m, sizeof *s->mc);
  s->s0 = muster_alloc(g, sizeof *s->s0);
  s->s1 = muster_alloc(g, sizeof *s->s1);
  bool fine = s->a && s->q && s->b && s->c && s->d && s->v && s->mb && s->mc && s->s0 && s->s1;
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

/* Scores and partialled sums of a cluster are its cross products times the coefficients: no second walk over the rows.
 */
static void from_products(const muster_fe *fe, const double *by_cluster, size_t column, sums *s) {
  size_t m = s->m, stride = m + 1;
  double own = fe->bread[column * m + column];
  for (size_t g = 0; g < s->g; g++)
    for (size_t k = 0; k < m; k++) {
      const double *row = by_cluster + (g * stride + k) * stride;
      double fitted = 0, direction = 0;
      for (size_t l = 0; l < m; l++) {
        fitted += row[l] * fe->theta[l];
        direction += row[l] * fe->bread[column * m + l];
      }
      s->b[g * m + k] = row[m] - fitted;
      s->c[g * m + k] = direction / own;
    }
}

/* @param by_cluster  cross products of clusters, or NULL: they were too many, and fe has the scores */
static muster_status sums_fill(const muster_fe *fe, const double *by_cluster, size_t column, sums *s,
                               muster_error *err) {
  size_t m = s->m;
  double own = fe->bread[column * m + column];
  if (by_cluster) {
    from_products(fe, by_cluster, column, s);
  } else {
    MUSTER_TRY(muster_fe_partial(fe, column, NULL, s->c, err));
    memcpy(s->b, fe->score, s->g * m * sizeof *s->b);
  }
  for (size_t g = 0; g < s->g; g++) {
    for (size_t k = 0; k < m; k++) {
      double direction = fe->bread[column * m + k] / own, through = 0;
      s->a[g] += direction * s->b[g * m + k];
      s->q[g] += direction * s->c[g * m + k];
      for (size_t l = 0; l < m; l++) through += fe->bread[k * m + l] * s->c[g * m + l];
      s->d[k * s->g + g] = through;
    }
    s->squares += s->a[g] * s->a[g];
    s->total += s->q[g];
  }
  return MUSTER_OK;
}

/* One draw with the weights in s->v. */
static drawn evaluate(sums *s) {
  size_t n = s->g, m = s->m;
  const double *v = s->v;
  double *mb = s->mb, *mc = s->mc, *s0 = s->s0, *s1 = s->s1;
  drawn out = {0, 0, 0, 0, 0};
  memset(mb, 0, m * sizeof *mb);
  memset(mc, 0, m * sizeof *mc);
  for (size_t g = 0; g < n; g++) {
    const double *b = s->b + g * m, *c = s->c + g * m;
    for (size_t k = 0; k < m; k++) {
      mb[k] += v[g] * b[k];
      mc[k] += v[g] * c[k];
    }
    s0[g] = v[g] * s->a[g];
    s1[g] = v[g] * s->q[g];
    out.n0 += s0[g];
    out.n1 += s1[g];
  }
  for (size_t k = 0; k < m; k++) {
    const double *d = s->d + k * n;
    for (size_t g = 0; g < n; g++) {
      s0[g] -= d[g] * mb[k];
      s1[g] -= d[g] * mc[k];
    }
  }
  for (size_t g = 0; g < n; g++) {
    out.d0 += s0[g] * s0[g];
    out.d1 += s0[g] * s1[g];
    out.d2 += s1[g] * s1[g];
  }
  return out;
}

/* |t*| under the null that lies delta below the estimate, without the small-sample factor. */
static double t_of(const drawn *d, double delta) {
  double squares = d->d0 + 2 * delta * d->d1 + delta * delta * d->d2, numerator = fabs(d->n0 + delta * d->n1);
  return squares > 0 ? numerator / sqrt(squares) : numerator > 0 ? INFINITY : 0;
}

static double sample_t(const sums *s, double delta) { return fabs(delta) * s->total / sqrt(s->squares); }

typedef struct sample {
  const drawn *draw;
  size_t n;
  const sums *sums;
  bool unrestricted;
} sample;

static double p_at(const sample *x, double delta, bool strict) {
  double t = sample_t(x->sums, delta), bar = t * (strict ? 1 + TIE : 1 - TIE);
  size_t beyond = 0;
  for (size_t i = 0; i < x->n; i++) {
    double drawn_t = t_of(&x->draw[i], x->unrestricted ? 0 : delta);
    beyond += strict ? drawn_t > bar : drawn_t >= bar;
  }
  return (double)beyond / (double)x->n;
}

/* How far `side` of the estimate the values lie that are not rejected. */
static double reach(const sample *x, double side, double alpha) {
  double step = sqrt(x->sums->squares) / x->sums->total, inside = 0, outside = step;
  for (int i = 0; p_at(x, side * outside, false) > alpha; i++) {
    if (i == MOST_DOUBLINGS) return INFINITY;
    inside = outside;
    outside *= 2;
  }
  for (int i = 0; i < BISECTIONS && outside - inside > 1e-14 * outside; i++) {
    double middle = inside + (outside - inside) / 2;
    if (p_at(x, side * middle, false) > alpha)
      inside = middle;
    else
      outside = middle;
  }
  return inside;
}

/* --- weights --- */

typedef struct multiplier {
  size_t count;
  double value[6];
  bool enumerable; /* all values equally likely */
} multiplier;

static multiplier multiplier_of(muster_wild_weights kind) {
  if (kind == MUSTER_WILD_WEBB) return (multiplier){6, {-sqrt(1.5), -1, -sqrt(0.5), sqrt(0.5), 1, sqrt(1.5)}, true};
  if (kind == MUSTER_WILD_MAMMEN) return (multiplier){2, {(1 - sqrt(5)) / 2, (1 + sqrt(5)) / 2}, false};
  return (multiplier){2, {-1, 1}, true};
}

/* count^g when it is at most `most`, else 0. */
static size_t vectors(const multiplier *w, size_t g, size_t most) {
  size_t all = 1;
  for (size_t i = 0; i < g; i++) {
    if (all > most / w->count) return 0;
    all *= w->count;
  }
  return w->enumerable ? all : 0;
}

static muster_status draw_all(sums *s, const multiplier *w, drawn *draw, size_t n, bool enumerate, uint64_t seed,
                              muster_error *err) {
  if (enumerate) {
    for (size_t i = 0; i < n; i++) {
      size_t rest = i;
      for (size_t g = 0; g < s->g; g++, rest /= w->count) s->v[g] = w->value[rest % w->count];
      draw[i] = evaluate(s);
    }
    return MUSTER_OK;
  }
  gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
  if (!rng) return muster_fail_memory(err);
  gsl_rng_set(rng, (unsigned long)seed);
  double mammen = (sqrt(5) + 1) / (2 * sqrt(5));
  for (size_t i = 0; i < n; i++) {
    for (size_t g = 0; g < s->g; g++)
      s->v[g] = w->enumerable ? w->value[gsl_rng_uniform_int(rng, w->count)]
                              : w->value[gsl_rng_uniform(rng) < mammen ? 0 : 1];
    draw[i] = evaluate(s);
  }
  gsl_rng_free(rng);
  return MUSTER_OK;
}

static muster_status infer(const muster_wild_options *o, sums *s, double factor, muster_wild *out, muster_error *err) {
  out->weights = o->weights;
  if (out->weights == MUSTER_WILD_AUTO) out->weights = s->g >= 12 ? MUSTER_WILD_RADEMACHER : MUSTER_WILD_WEBB;
  multiplier w = multiplier_of(out->weights);
  size_t asked = o->draws ? o->draws : USUAL_DRAWS, all = vectors(&w, s->g, asked);
  out->enumerated = all > 0;
  out->n_draws = all ? all : asked;
  drawn *draw = muster_alloc(out->n_draws, sizeof *draw);
  double *t = muster_alloc(out->n_draws, sizeof *t), level = muster_level(&o->regression);
  muster_status status =
      draw && t ? draw_all(s, &w, draw, out->n_draws, out->enumerated, o->seed, err) : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    sample x = {draw, out->n_draws, s, o->unrestricted};
    double delta = out->beta - o->null;
    out->p_strict = p_at(&x, delta, true);
    out->p = p_at(&x, delta, false);
    for (size_t i = 0; i < out->n_draws; i++) t[i] = t_of(&draw[i], o->unrestricted ? 0 : delta) / sqrt(factor);
    muster_sort(t, out->n_draws);
    out->quantile = muster_quantile(t, out->n_draws, level);
    out->quantile_upper = muster_quantile(t, out->n_draws, 0.5 + level / 2);
    if (o->unrestricted) {
      out->conf_low = out->beta - out->quantile * out->se;
      out->conf_high = out->beta + out->quantile * out->se;
    } else {
      out->conf_low = out->beta - reach(&x, 1, 1 - level);
      out->conf_high = out->beta + reach(&x, -1, 1 - level);
    }
  }
  muster_free(draw);
  muster_free(t);
  return status;
}

static double factor_of(const muster_fe *fe, muster_fe_count count) {
  double n = (double)fe->n_obs, g = (double)fe->n_clusters, k = (double)fe->rank + 1;
  if (count == MUSTER_FE_FULL) k = (double)fe->rank + (double)fe->n_units;
  if (count == MUSTER_FE_NONE) k = (double)fe->regressors;
  return g / (g - 1) * (n - 1) / (n - k);
}

muster_status muster_wild_fit(const muster_panel *panel, const muster_wild_options *options, muster_wild *out,
                              muster_error *err) {
  *out = (muster_wild){0};
  MUSTER_TRY(muster_regress_check_clusters(panel, err));
  muster_fe_columns c = {0};
  muster_fe fe = {0};
  sums s = {0};
  MUSTER_TRY(muster_fe_columns_of(panel, &c, err));
  size_t column = panel->n_times, stride = panel->n_times + panel->n_covariates + 2, square = stride * stride;
  bool held = panel->n_clusters <= MUSTER_FE_MOST_HELD / square && panel->n_clusters * stride <= panel->n_obs;
  double *by_cluster = held ? muster_alloc(panel->n_clusters * square, sizeof *by_cluster) : NULL;
  muster_status status = held && !by_cluster ? muster_fail_memory(err)
                         : held              ? muster_fe_accumulate(&c.model, by_cluster, &fe, err)
                                             : muster_fe_fit(&c.model, &fe, err);
  if (status == MUSTER_OK && held) status = muster_fe_solve(&fe, err);
  if (status == MUSTER_OK && !fe.kept[column]) status = muster_not_identified(err);
  if (status == MUSTER_OK) status = sums_room(panel->n_clusters, fe.m, &s, err);
  if (status == MUSTER_OK) status = sums_fill(&fe, by_cluster, column, &s, err);
  if (status == MUSTER_OK && !(s.squares > 0)) {
    status = muster_fail(err, MUSTER_DATA, "the regression fits every cluster exactly: nothing is left to resample");
    muster_error_expected(err, "an outcome that varies");
  }
  if (status == MUSTER_OK) {
    double factor = factor_of(&fe, options->regression.fe_count);
    out->beta = fe.theta[column];
    out->se = sqrt(factor * s.squares) / s.total;
    out->t = (out->beta - options->null) / out->se;
    out->n_obs = fe.n_obs;
    out->n_units = fe.n_units;
    out->n_clusters = fe.n_clusters;
    status = infer(options, &s, factor, out, err);
  }
  sums_free(&s);
  muster_fe_free(&fe);
  muster_free(by_cluster);
  muster_free(c.dense);
  return status;
}

muster_status muster_wild_bootstrap(const muster_panel *panel, const muster_wild_options *options,
                                    muster_estimates *out, muster_error *err) {
  static const char *const names[] = {"", "Rademacher", "Webb", "Mammen"};
  muster_wild w;
  MUSTER_TRY(muster_wild_fit(panel, options, &w, err));
  char note[400], draws[80];
  if (w.enumerated)
    snprintf(draws, sizeof draws, "all %zu weight vectors", w.n_draws);
  else
    snprintf(draws, sizeof draws, "%zu draws, seed %llu", w.n_draws, (unsigned long long)options->seed);
  snprintf(note, sizeof note,
           "wild cluster bootstrap %s, %s, %s, ties counted (strict p %.6g); interval %s; std_error CR1 G/(G-1) x "
           "(N-1)/(N-K), %zu clusters, t = %.6g",
           options->unrestricted ? "WCU" : "WCR (null imposed)", names[w.weights], draws, w.p_strict,
           options->unrestricted ? "from the quantile of |t*|" : "by inversion", w.n_clusters, w.t);
  muster_estimate row = muster_estimate_blank("wild_bootstrap", options->regression.outcome, "treated");
  row.estimate = w.beta;
  row.std_error = w.se;
  row.conf_low = w.conf_low;
  row.conf_high = w.conf_high;
  row.p_value = w.p;
  row.n_units = w.n_units;
  row.n_obs = w.n_obs;
  row.n_clusters = w.n_clusters;
  row.note = note;
  return muster_estimates_add(out, &row, err);
}
