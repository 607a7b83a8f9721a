/* Covariances of least squares: iid, heteroskedastic, clustered in up to three ways, Newey-West, Driscoll-Kraay. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "covariance.h"
#include "muster/impact/distribution.h"

static double weight_of(const muster_fit *fit, size_t i) { return fit->design.weight ? fit->design.weight[i] : 1; }

/* Adds a x' to a symmetric meat, upper triangle. */
static void add_outer(double *meat, size_t r, const double *a, const double *x, double times) {
  for (size_t j = 0; j < r; j++) {
    double aj = times * a[j];
    for (size_t l = j; l < r; l++) meat[j * r + l] += aj * x[l];
  }
}

static void mirror(double *meat, size_t r) {
  for (size_t j = 0; j < r; j++) {
    for (size_t l = 0; l < j; l++) meat[j * r + l] = meat[l * r + j];
  }
}

muster_status muster_nested_in(const uint32_t *factor, size_t levels, const uint32_t *cluster, size_t n, bool *nested,
                               muster_error *err) {
  uint32_t *home = muster_alloc(levels, sizeof *home);
  if (!home) return muster_fail_memory(err);
  *nested = true;
  for (size_t i = 0; i < n && *nested; i++) {
    uint32_t *at = &home[factor[i]];
    if (!*at) *at = cluster[i] + 1;
    *nested = *at == cluster[i] + 1;
  }
  muster_free(home);
  return MUSTER_OK;
}

/* K of the small-sample factor. */
static muster_status count_parameters(const muster_fit *fit, const muster_covariance *how, double *k,
                                      muster_error *err) {
  const muster_design *d = &fit->design;
  *k = (double)fit->parameters;
  if (how->fe_count == MUSTER_FE_NONE) *k = (double)(fit->rank - fit->dummies_kept);
  if (how->fe_count != MUSTER_FE_NESTED) return MUSTER_OK;
  const uint32_t *homes[MUSTER_MOST_WAYS];
  size_t ways = 0;
  if (how->kind >= MUSTER_CR0 && how->kind <= MUSTER_CR2) {
    for (; ways < how->ways; ways++) homes[ways] = how->cluster[ways];
  } else if (how->kind == MUSTER_NEWEY_WEST || how->kind == MUSTER_DRISCOLL_KRAAY) {
    if (how->kind == MUSTER_NEWEY_WEST && how->unit) homes[ways++] = how->unit;
    if (how->time) homes[ways++] = how->time;
  }
  bool absorbed = false, expanded = false;
  for (size_t w = 0; w < ways; w++) {
    bool nested = false;
    if (d->absorb) MUSTER_TRY(muster_nested_in(d->absorb, d->n_absorb, homes[w], d->n, &nested, err));
    absorbed = absorbed || nested;
    nested = false;
    if (d->dummies) MUSTER_TRY(muster_nested_in(d->dummies, d->n_dummies, homes[w], d->n, &nested, err));
    expanded = expanded || nested;
  }
  if (absorbed) *k -= (double)d->n_absorb - 1;
  if (expanded) *k -= (double)fit->dummies_kept - (d->absorb ? 0 : 1);
  return MUSTER_OK;
}

static muster_status meat_of_rows(const muster_fit *fit, muster_covariance_kind kind, double *meat, double *score,
                                  muster_error *err) {
  const muster_design *d = &fit->design;
  size_t r = fit->rank, n = d->n;
  double *mass = muster_alloc(d->n_absorb, sizeof *mass);
  if (!mass) return muster_fail_memory(err);
  for (size_t i = 0; d->absorb && i < n; i++) mass[d->absorb[i]] += weight_of(fit, i);
  for (size_t i = 0; i < n; i++) {
    double w = weight_of(fit, i), hat = d->absorb ? w / mass[d->absorb[i]] : 0;
    for (size_t j = 0; j < r; j++) score[j] = fit->z[j * n + i];
    if (kind == MUSTER_HC2 || kind == MUSTER_HC3) {
      for (size_t j = 0; j < r; j++) {
        double sum = 0;
        for (size_t l = 0; l < r; l++) sum += fit->bread[j * r + l] * score[l];
        hat += w * sum * score[j];
      }
    }
    double e = w * fit->residual[i], left = 1 - hat;
    if (left < 1e-12) left = 0; /* a row that fits itself has residual 0 and no say */
    if (kind == MUSTER_HC2) e = left > 0 ? e / sqrt(left) : 0;
    if (kind == MUSTER_HC3) e = left > 0 ? e / left : 0;
    add_outer(meat, r, score, score, e * e);
  }
  muster_free(mass);
  return MUSTER_OK;
}

static muster_status meat_of_clusters(const muster_fit *fit, const uint32_t *cluster, size_t clusters, double times,
                                      double *meat, muster_error *err) {
  size_t r = fit->rank, n = fit->design.n;
  double *score = muster_alloc(clusters * r, sizeof *score);
  if (!score) return muster_fail_memory(err);
  for (size_t j = 0; j < r; j++) {
    for (size_t i = 0; i < n; i++)
      score[cluster[i] * r + j] += weight_of(fit, i) * fit->residual[i] * fit->z[j * n + i];
  }
  for (size_t g = 0; g < clusters; g++) add_outer(meat, r, score + g * r, score + g * r, times);
  muster_free(score);
  return MUSTER_OK;
}

typedef struct keyed {
  uint64_t key;
  size_t row;
} keyed;

static int by_key(const void *a, const void *b) {
  const keyed *x = a, *y = b;
  return (x->key > y->key) - (x->key < y->key);
}

/* Numbers the pairs (a, b) that occur. `out` may be `a`. */
static muster_status intersect(const uint32_t *a, const uint32_t *b, size_t n, uint32_t *out, size_t *count,
                               muster_error *err) {
  keyed *keys = muster_alloc(n, sizeof *keys);
  if (!keys) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) keys[i] = (keyed){(uint64_t)a[i] << 32 | b[i], i};
  qsort(keys, n, sizeof *keys, by_key);
  *count = 0;
  for (size_t i = 0; i < n; i++) {
    if (i == 0 || keys[i].key != keys[i - 1].key) ++*count;
    out[keys[i].row] = (uint32_t)*count - 1;
  }
  muster_free(keys);
  return MUSTER_OK;
}

/* Inclusion and exclusion over the non-empty sets of ways (Cameron, Gelbach & Miller 2011). */
static muster_status meat_of_ways(const muster_fit *fit, const muster_covariance *how, double *meat,
                                  muster_error *err) {
  size_t n = fit->design.n, least = SIZE_MAX;
  for (size_t w = 0; w < how->ways; w++) least = how->n_clusters[w] < least ? how->n_clusters[w] : least;
  bool factor = how->kind != MUSTER_CR0;
  uint32_t *both = how->ways > 1 ? muster_alloc(n, sizeof *both) : NULL;
  if (how->ways > 1 && !both) return muster_fail_memory(err);
  muster_status status = MUSTER_OK;
  for (unsigned set = 1; status == MUSTER_OK && set < 1u << how->ways; set++) {
    const uint32_t *cluster = NULL;
    size_t clusters = 0, members = 0;
    for (size_t w = 0; status == MUSTER_OK && w < how->ways; w++) {
      if (!(set >> w & 1)) continue;
      if (!members++) {
        cluster = how->cluster[w];
        clusters = how->n_clusters[w];
        continue;
      }
      status = intersect(cluster, how->cluster[w], n, both, &clusters, err);
      cluster = both;
    }
    double g = (double)(how->each_way ? clusters : least);
    double times = (members % 2 ? 1 : -1) * (factor ? g / (g - 1) : 1);
    if (status == MUSTER_OK) status = meat_of_clusters(fit, cluster, clusters, times, meat, err);
  }
  muster_free(both);
  return status;
}

static double bartlett(size_t lag, size_t most) { return 1 - (double)lag / ((double)most + 1); }

static muster_status meat_newey_west(const muster_fit *fit, const muster_covariance *how, double *meat,
                                     muster_error *err) {
  size_t r = fit->rank, n = fit->design.n, units = how->unit ? how->n_units : 1;
  size_t times = how->time ? how->n_times : n;
  double *score = muster_alloc(n * r, sizeof *score);
  size_t *row = muster_alloc(units * times, sizeof *row);
  muster_status status = score && row ? MUSTER_OK : muster_fail_memory(err);
  for (size_t i = 0; status == MUSTER_OK && i < n; i++) {
    for (size_t j = 0; j < r; j++) score[i * r + j] = weight_of(fit, i) * fit->residual[i] * fit->z[j * n + i];
    size_t *at = &row[(how->unit ? how->unit[i] : 0) * times + (how->time ? how->time[i] : i)];
    if (*at) status = muster_fail(err, MUSTER_DATA, "Newey-West needs one row for each unit and time");
    *at = i + 1;
  }
  for (size_t u = 0; status == MUSTER_OK && u < units; u++) {
    for (size_t t = 0; t < times; t++) {
      size_t now = row[u * times + t];
      for (size_t lag = 0; now && lag <= how->lag && lag <= t; lag++) {
        size_t then = row[u * times + t - lag];
        if (!then) continue;
        const double *a = score + (now - 1) * r, *b = score + (then - 1) * r;
        add_outer(meat, r, a, b, bartlett(lag, how->lag));
        if (lag) add_outer(meat, r, b, a, bartlett(lag, how->lag));
      }
    }
  }
  muster_free(score);
  muster_free(row);
  return status;
}

static muster_status meat_driscoll_kraay(const muster_fit *fit, const muster_covariance *how, double *meat,
                                         muster_error *err) {
  size_t r = fit->rank, n = fit->design.n, times = how->n_times;
  double *score = muster_alloc(times * r, sizeof *score);
  if (!score) return muster_fail_memory(err);
  for (size_t j = 0; j < r; j++) {
    for (size_t i = 0; i < n; i++)
      score[how->time[i] * r + j] += weight_of(fit, i) * fit->residual[i] * fit->z[j * n + i];
  }
  for (size_t t = 0; t < times; t++) {
    for (size_t lag = 0; lag <= how->lag && lag <= t; lag++) {
      const double *a = score + t * r, *b = score + (t - lag) * r;
      add_outer(meat, r, a, b, bartlett(lag, how->lag));
      if (lag) add_outer(meat, r, b, a, bartlett(lag, how->lag));
    }
  }
  muster_free(score);
  return MUSTER_OK;
}

static muster_status meat_cr2(const muster_fit *fit, const muster_covariance *how, double *meat, double *df,
                              muster_error *err) {
  size_t r = fit->rank, k = fit->design.k, kept = 0;
  size_t *which = muster_alloc(k, sizeof *which);
  if (!which) return muster_fail_memory(err);
  for (size_t j = 0; j < k; j++) {
    if (fit->place[j] != SIZE_MAX) which[kept++] = fit->place[j];
  }
  muster_cr2 cr2 = {0};
  muster_status status = muster_cr2_of(fit, how->cluster[0], how->n_clusters[0], which, kept, &cr2, err);
  for (size_t g = 0; status == MUSTER_OK && g < cr2.clusters; g++)
    add_outer(meat, r, cr2.score + g * r, cr2.score + g * r, 1);
  for (size_t j = 0, s = 0; status == MUSTER_OK && j < k; j++) {
    if (fit->place[j] != SIZE_MAX) status = muster_cr2_df(&cr2, s++, &df[j], err);
  }
  muster_cr2_free(&cr2);
  muster_free(which);
  return status;
}

/* V = factor x bread meat bread, and out of it the block of the asked columns. */
static muster_status sandwich(const muster_fit *fit, double *meat, muster_vcov *out, muster_error *err) {
  size_t r = fit->rank, k = out->k;
  double *half = muster_alloc(r * r, sizeof *half), *full = muster_alloc(r * r, sizeof *full);
  if (!half || !full) {
    muster_free(half);
    muster_free(full);
    return muster_fail_memory(err);
  }
  if (r) {
    gsl_matrix_const_view bread = gsl_matrix_const_view_array(fit->bread, r, r);
    gsl_matrix_view middle = gsl_matrix_view_array(meat, r, r), h = gsl_matrix_view_array(half, r, r),
                    f = gsl_matrix_view_array(full, r, r);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, 1, &bread.matrix, &middle.matrix, 0, &h.matrix);
    gsl_blas_dgemm(CblasNoTrans, CblasNoTrans, out->factor, &h.matrix, &bread.matrix, 0, &f.matrix);
  }
  for (size_t a = 0; a < k; a++) {
    for (size_t b = 0; b < k; b++) {
      bool kept = fit->place[a] != SIZE_MAX && fit->place[b] != SIZE_MAX;
      size_t low = a < b ? a : b, high = a < b ? b : a; /* symmetric to the bit */
      out->v[a * k + b] = kept ? full[fit->place[low] * r + fit->place[high]] : NAN;
    }
  }
  muster_free(half);
  muster_free(full);
  return MUSTER_OK;
}

static muster_status check(const muster_covariance *how, muster_error *err) {
  bool clustered = how->kind >= MUSTER_CR0 && how->kind <= MUSTER_CR2;
  if (clustered && (how->ways < 1 || how->ways > (how->kind == MUSTER_CR2 ? 1 : MUSTER_MOST_WAYS))) {
    muster_fail(err, MUSTER_DATA, "the covariance is clustered in %zu ways", how->ways);
    muster_error_expected(err, how->kind == MUSTER_CR2 ? "one way for CR2" : "one, two or three ways");
    return MUSTER_DATA;
  }
  for (size_t w = 0; clustered && w < how->ways; w++) {
    if (how->n_clusters[w] >= 2) continue;
    muster_fail(err, MUSTER_DATA, "clustered standard errors with fewer than two clusters");
    muster_error_todo(err, "cluster by a smaller unit, or report no standard error");
    return MUSTER_DATA;
  }
  if (how->kind == MUSTER_DRISCOLL_KRAAY && (!how->time || how->n_times < 2))
    return muster_fail(err, MUSTER_DATA, "Driscoll-Kraay standard errors need at least two times");
  return MUSTER_OK;
}

static const char *fe_text(const muster_fit *fit, muster_fe_count count) {
  if (!fit->design.absorb && !fit->design.dummies) return "";
  if (count == MUSTER_FE_NESTED) return ", nested fixed effects not in K";
  return count == MUSTER_FE_FULL ? ", all fixed effects in K" : ", no fixed effects in K";
}

static void name_it(const muster_fit *fit, const muster_covariance *how, muster_vcov *out) {
  static const char *const names[] = {"iid",
                                      "HC0",
                                      "HC1 n/(n-K)",
                                      "HC2",
                                      "HC3",
                                      "CR0",
                                      "CR1 G/(G-1) x (N-1)/(N-K)",
                                      "CR1 G/(G-1)",
                                      "CR2 Satterthwaite df"};
  static const char *const adjusts[] = {"(N-1)/(N-K) x T/(T-1)", "n/(n-K)", "no factor"};
  if (how->kind == MUSTER_NEWEY_WEST || how->kind == MUSTER_DRISCOLL_KRAAY) {
    snprintf(out->note, sizeof out->note, "%s lag %zu, %s",
             how->kind == MUSTER_NEWEY_WEST ? "Newey-West" : "Driscoll-Kraay", how->lag, adjusts[how->adjust]);
    return;
  }
  int at = snprintf(out->note, sizeof out->note, "%s", names[how->kind]);
  if (how->kind < MUSTER_CR0 || at < 0) return;
  const char *ways = how->ways == 1  ? ""
                     : how->each_way ? ", several ways, each its own G/(G-1)"
                                     : ", several ways, G/(G-1) of the least";
  snprintf(out->note + at, sizeof out->note - (size_t)at, ", %zu clusters%s%s", out->n_clusters, ways,
           how->kind == MUSTER_CR1 ? fe_text(fit, how->fe_count) : "");
}

static muster_status compute(const muster_fit *fit, const muster_covariance *how, double *meat, double *score,
                             muster_vcov *out, muster_error *err) {
  const muster_design *d = &fit->design;
  double n = (double)d->n, k = 0, df = fit->df_residual;
  MUSTER_TRY(count_parameters(fit, how, &k, err));
  out->factor = 1;
  switch (how->kind) {
    case MUSTER_IID:
      for (size_t i = 0; i < fit->rank; i++) /* the meat that gives back s2 x bread */
        for (size_t j = 0; j < fit->rank; j++) {
          double sum = 0;
          for (size_t row = 0; row < d->n; row++)
            sum += weight_of(fit, row) * fit->z[i * d->n + row] * fit->z[j * d->n + row];
          meat[i * fit->rank + j] = sum;
        }
      out->factor = fit->rss / fit->df_residual;
      break;
    case MUSTER_HC0:
    case MUSTER_HC1:
    case MUSTER_HC2:
    case MUSTER_HC3:
      MUSTER_TRY(meat_of_rows(fit, how->kind, meat, score, err));
      if (how->kind == MUSTER_HC1) out->factor = n / (n - k);
      break;
    case MUSTER_CR2: MUSTER_TRY(meat_cr2(fit, how, meat, out->df, err)); break;
    case MUSTER_CR0:
    case MUSTER_CR1:
    case MUSTER_CR1P:
      MUSTER_TRY(meat_of_ways(fit, how, meat, err));
      if (how->kind == MUSTER_CR1) out->factor = (n - 1) / (n - k);
      df = (double)out->n_clusters - 1;
      break;
    case MUSTER_NEWEY_WEST:
    case MUSTER_DRISCOLL_KRAAY: {
      if (how->kind == MUSTER_NEWEY_WEST) {
        MUSTER_TRY(meat_newey_west(fit, how, meat, err));
      } else {
        MUSTER_TRY(meat_driscoll_kraay(fit, how, meat, err));
      }
      double times = how->time ? (double)how->n_times : n;
      if (how->adjust == MUSTER_HAC_PANEL) out->factor = (n - 1) / (n - k) * times / (times - 1);
      if (how->adjust == MUSTER_HAC_SERIES) out->factor = n / (n - k);
      if (how->kind == MUSTER_DRISCOLL_KRAAY || how->unit) df = times - 1;
      break;
    }
  }
  mirror(meat, fit->rank);
  for (size_t j = 0; j < out->k && how->kind != MUSTER_CR2; j++) out->df[j] = df;
  return sandwich(fit, meat, out, err);
}

muster_status muster_vcov_of(const muster_fit *fit, const muster_covariance *how, muster_vcov *out, muster_error *err) {
  muster_numerics_ready();
  *out = (muster_vcov){.k = fit->design.k};
  MUSTER_TRY(check(how, err));
  size_t r = fit->rank;
  out->v = muster_alloc(out->k * out->k, sizeof *out->v);
  out->df = muster_alloc(out->k, sizeof *out->df);
  double *meat = muster_alloc(r * r, sizeof *meat), *score = muster_alloc(r, sizeof *score);
  if (how->kind >= MUSTER_CR0 && how->kind <= MUSTER_CR2) {
    out->n_clusters = how->n_clusters[0];
    for (size_t w = 1; w < how->ways; w++)
      if (how->n_clusters[w] < out->n_clusters) out->n_clusters = how->n_clusters[w];
  }
  muster_status status =
      out->v && out->df && meat && score ? compute(fit, how, meat, score, out, err) : muster_fail_memory(err);
  muster_free(meat);
  muster_free(score);
  if (status == MUSTER_OK) {
    name_it(fit, how, out);
  } else {
    muster_vcov_free(out);
  }
  return status;
}

double muster_vcov_se(const muster_vcov *vcov, size_t j) {
  double v = vcov->v[j * vcov->k + j];
  return v > 0 ? sqrt(v) : v == 0 ? 0 : NAN;
}

void muster_vcov_free(muster_vcov *vcov) {
  muster_free(vcov->v);
  muster_free(vcov->df);
  vcov->v = vcov->df = NULL;
}
