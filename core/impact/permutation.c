/* Permutation tests over clusters. Two-way demeaned cluster means are cumulated from the end, so that the coefficient
 * of any assignment of starts costs one look-up for each cluster. */
#include "muster/impact/permutation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "assignments.h"
#include "order.h"

static const double TIE = 1e-9;
enum { MOST_EXACT = 100000, USUAL_DRAWS = 9999, MOST_SIGNS = 24, MOST_DOUBLINGS = 40, BISECTIONS = 200 };

/* Clusters seen in every time. */
typedef struct cells {
  size_t n, times, starts;
  double *mean;            /* [n][times] */
  double *mass;            /* [n] mean weight over the times */
  uint32_t *id;            /* [n] the caller's numbers */
  uint32_t *start;         /* [n] number of the first treated time; times = never */
  uint32_t *stratum;       /* [n] */
  double *tail_y, *tail_d; /* [n][times + 1] sums from t on of demeaned outcome and treatment, times mass */
  double *change;          /* [n] mean after less mean before the common start */
  double *before;          /* [times] room */
  bool staggered;
} cells;

static void cells_free(cells *c) {
  muster_free(c->mean);
  muster_free(c->mass);
  muster_free(c->id);
  muster_free(c->start);
  muster_free(c->stratum);
  muster_free(c->tail_y);
  muster_free(c->tail_d);
  muster_free(c->change);
  muster_free(c->before);
}

static muster_status cells_room(const muster_panel *p, cells *c, muster_error *err) {
  size_t g = p->n_clusters, times = p->n_times;
  *c = (cells){.times = times};
  c->mean = muster_alloc(g * times, sizeof *c->mean);
  c->mass = muster_alloc(g, sizeof *c->mass);
  c->id = muster_alloc(g, sizeof *c->id);
  c->start = muster_alloc(g, sizeof *c->start);
  c->stratum = muster_alloc(g, sizeof *c->stratum);
  c->tail_y = muster_alloc(g * (times + 1), sizeof *c->tail_y);
  c->tail_d = muster_alloc(g * (times + 1), sizeof *c->tail_d);
  c->change = muster_alloc(g, sizeof *c->change);
  c->before = muster_alloc(times, sizeof *c->before);
  bool fine = c->mean && c->mass && c->id && c->start && c->stratum && c->tail_y && c->tail_d && c->change && c->before;
  return fine ? MUSTER_OK : muster_fail_memory(err);
}

static uint32_t start_of(const muster_panel *p, size_t u) {
  uint32_t t = 0;
  while (t < p->n_times && !(p->times[t] >= p->cohort[u])) t++;
  return t;
}

/* Means by cluster and time; clusters with a gap go. */
static muster_status collapse(const muster_panel *p, cells *c, size_t *left_out, muster_error *err) {
  size_t g = p->n_clusters, times = p->n_times;
  double *mass = muster_alloc(g * times, sizeof *mass);
  if (!mass) return muster_fail_memory(err);
  for (size_t i = 0; i < g; i++) c->start[i] = UINT32_MAX;
  muster_status status = MUSTER_OK;
  for (size_t i = 0; i < p->n_obs; i++) {
    size_t cell = p->cluster[i] * times + p->time[i];
    double w = p->weight ? p->weight[i] : 1;
    c->mean[cell] += w * p->y[i];
    mass[cell] += w;
  }
  for (size_t u = 0; u < p->n_units && status == MUSTER_OK; u++) {
    uint32_t start = start_of(p, u), *at = &c->start[p->cluster[p->first_row[u]]];
    if (*at == UINT32_MAX) {
      *at = start;
      c->stratum[p->cluster[p->first_row[u]]] = p->stratum[u];
    } else if (*at != start) {
      status = muster_fail(err, MUSTER_DATA, "units of one cluster start treatment at different times");
      muster_error_expected(err, "clusters that were assigned as a whole");
      muster_error_todo(err, "cluster by the unit that was assigned");
    }
  }
  for (size_t i = 0; i < g && status == MUSTER_OK; i++) {
    double sum = 0;
    bool whole = true;
    for (size_t t = 0; t < times; t++) {
      whole = whole && mass[i * times + t] > 0;
      sum += mass[i * times + t];
    }
    if (!whole) {
      ++*left_out;
      continue;
    }
    for (size_t t = 0; t < times; t++) c->mean[c->n * times + t] = c->mean[i * times + t] / mass[i * times + t];
    c->mass[c->n] = sum / (double)times;
    c->id[c->n] = p->cluster_id[i];
    c->start[c->n] = c->start[i];
    c->stratum[c->n++] = c->stratum[i];
  }
  muster_free(mass);
  return status;
}

/* tail[c][t] = mass_c times the sum from t on of `value` [n][times] with cluster and time means out. */
static void cumulate(const cells *c, const double *value, double *room, double *tail) {
  double total = 0, grand = 0;
  memset(room, 0, c->times * sizeof *room);
  for (size_t i = 0; i < c->n; i++) {
    total += c->mass[i];
    for (size_t t = 0; t < c->times; t++) room[t] += c->mass[i] * value[i * c->times + t];
  }
  for (size_t t = 0; t < c->times; t++) {
    room[t] /= total;
    grand += room[t] / (double)c->times;
  }
  for (size_t i = 0; i < c->n; i++) {
    const double *own = value + i * c->times;
    double mean = 0, *to = tail + i * (c->times + 1);
    for (size_t t = 0; t < c->times; t++) mean += own[t] / (double)c->times;
    to[c->times] = 0;
    for (size_t t = c->times; t-- > 0;) to[t] = to[t + 1] + c->mass[i] * (own[t] - mean - room[t] + grand);
  }
}

/* Sum of squares of the treatment path of an assignment, cluster and time means out. */
static double spread(const cells *c, const uint32_t *start, double *treated) {
  double times = (double)c->times, total = 0, rows = 0, squares = 0, columns = 0, all = 0;
  memset(treated, 0, c->times * sizeof *treated);
  for (size_t i = 0; i < c->n; i++) {
    double after = (double)(c->times - start[i]);
    total += c->mass[i];
    all += c->mass[i] * after;
    rows += c->mass[i] * after * after / times;
    if (start[i] < c->times) treated[start[i]] += c->mass[i];
  }
  for (size_t t = 0; t < c->times; t++) { /* treated mass in force at t */
    if (t) treated[t] += treated[t - 1];
    columns += treated[t] * treated[t] / total;
  }
  squares = all - rows - columns + all * all / (total * times);
  return squares;
}

static double look_up(const cells *c, const double *tail, const uint32_t *start) {
  double sum = 0;
  for (size_t i = 0; i < c->n; i++) sum += tail[i * (c->times + 1) + start[i]];
  return sum;
}

/* Welch t of `value` between clusters that are treated (label below `never`) and not; 0 where nothing differs at all.
 */
static double welch(const double *value, const uint32_t *label, uint32_t never, size_t n) {
  double count[2] = {0, 0}, mean[2] = {0, 0}, squares[2] = {0, 0};
  for (size_t i = 0; i < n; i++) {
    size_t side = label[i] < never;
    count[side]++;
    mean[side] += value[i];
  }
  mean[0] /= count[0];
  mean[1] /= count[1];
  for (size_t i = 0; i < n; i++) {
    size_t side = label[i] < never;
    squares[side] += (value[i] - mean[side]) * (value[i] - mean[side]);
  }
  double variance = 0, apart = mean[1] - mean[0];
  for (size_t side = 0; side < 2; side++) variance += squares[side] / (count[side] - 1) / count[side];
  return apart == 0 ? 0 : apart / sqrt(variance);
}

/* --- p and interval --- */

typedef struct drawn {
  double b, d; /* coefficient of the outcome, and of the observed treatment, on the assignment */
} drawn;

typedef struct reference {
  const drawn *draw;
  size_t n;
  double estimate;
  bool exact;
} reference;

static double p_of(size_t extreme, size_t n, bool exact) {
  return exact ? (double)extreme / (double)n : (1 + (double)extreme) / (1 + (double)n);
}

/* Under a constant effect `effect`, how many assignments are as extreme as the observed. */
static size_t count_extreme(const reference *r, double effect) {
  double observed = fabs(r->estimate - effect), bar = observed * (1 - TIE);
  size_t extreme = 0;
  for (size_t i = 0; i < r->n; i++) extreme += fabs(r->draw[i].b - effect * r->draw[i].d) >= bar;
  return extreme;
}

static double reach(const reference *r, double side, double step, double alpha) {
  double inside = 0, outside = step;
  for (int i = 0; p_of(count_extreme(r, r->estimate + side * outside), r->n, r->exact) > alpha; i++) {
    if (i == MOST_DOUBLINGS) return INFINITY;
    inside = outside;
    outside *= 2;
  }
  for (int i = 0; i < BISECTIONS && outside - inside > 1e-14 * outside; i++) {
    double middle = inside + (outside - inside) / 2;
    if (p_of(count_extreme(r, r->estimate + side * middle), r->n, r->exact) > alpha)
      inside = middle;
    else
      outside = middle;
  }
  return inside;
}

/* Mean from time `first` on less mean before it; where it is the first time of all, the mean. */
static double change_of(const cells *c, size_t i, uint32_t first) {
  const double *own = c->mean + i * c->times;
  double change = 0;
  for (size_t t = 0; t < c->times; t++) change += t < first ? -own[t] / first : own[t] / (double)(c->times - first);
  return change;
}

static muster_status prepare(const muster_panel *p, cells *c, muster_permutation *out, muster_error *err) {
  MUSTER_TRY(cells_room(p, c, err));
  MUSTER_TRY(collapse(p, c, &out->n_left_out, err));
  uint32_t never = (uint32_t)c->times, first = never;
  for (size_t i = 0; i < c->n; i++) {
    if (c->start[i] == never) continue;
    out->n_treated++;
    if (first != never && c->start[i] != first) c->staggered = true;
    if (first == never) first = c->start[i];
  }
  out->n_clusters = c->n;
  for (size_t i = 0; i < c->n && !c->staggered && first > 0 && first < never; i++)
    c->change[i] = change_of(c, i, first);
  cumulate(c, c->mean, c->before, c->tail_y);
  for (size_t i = 0; i < c->n; i++) { /* the observed treatment takes the place of the outcome */
    for (size_t t = 0; t < c->times; t++) c->mean[i * c->times + t] = t >= c->start[i];
  }
  cumulate(c, c->mean, c->before, c->tail_d);
  double squares = spread(c, c->start, c->before);
  if (out->n_treated && squares > 1e-12) {
    out->estimate = look_up(c, c->tail_y, c->start) / squares;
    return MUSTER_OK;
  }
  muster_fail(err, MUSTER_DATA, "treatment does not vary between clusters that are seen in every time");
  muster_error_expected(err, "treated and untreated clusters, and a time before the start");
  return MUSTER_DATA;
}

static muster_status permute(cells *c, const muster_permutation_options *o, muster_assignments *a,
                             muster_permutation *out, muster_error *err) {
  drawn *draw = muster_alloc(a->count, sizeof *draw);
  if (!draw) return muster_fail_memory(err);
  uint32_t never = (uint32_t)c->times;
  bool student = !c->staggered && out->n_treated >= 2 && c->n - out->n_treated >= 2;
  double observed_t = student ? welch(c->change, c->start, never, c->n) : NAN, most = 0;
  size_t n = 0, extreme_t = 0, at_most = 0;
  while (muster_assignments_next(a)) {
    double squares = spread(c, a->label, c->before);
    draw[n].b = look_up(c, c->tail_y, a->label) / squares;
    draw[n].d = look_up(c, c->tail_d, a->label) / squares;
    most = fmax(most, fabs(draw[n].b));
    n++;
    if (student) extreme_t += fabs(welch(c->change, a->label, never, c->n)) >= fabs(observed_t) * (1 - TIE);
  }
  for (size_t i = 0; i < n; i++) at_most += fabs(draw[i].b) >= most * (1 - TIE);
  reference r = {draw, n, out->estimate, a->exact};
  double level = o->level > 0 ? o->level : 0.95;
  out->exact = a->exact;
  out->n_assignments = n;
  out->n_extreme = count_extreme(&r, 0);
  out->p = p_of(out->n_extreme, n, a->exact);
  out->smallest_p = a->exact ? (double)at_most / (double)n : 1 / (1 + (double)n);
  out->t = observed_t;
  out->p_student = student ? p_of(extreme_t, n, a->exact) : NAN;
  out->conf_low = out->conf_high = NAN;
  if (!o->no_interval) {
    double step = fmax(most, fabs(out->estimate));
    out->conf_low = out->estimate - reach(&r, -1, step > 0 ? step : 1, 1 - level);
    out->conf_high = out->estimate + reach(&r, 1, step > 0 ? step : 1, 1 - level);
  }
  muster_free(draw);
  return MUSTER_OK;
}

static muster_status check_nested(const muster_panel *panel, muster_error *err) {
  if (panel->nested) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "units change their cluster within the panel");
  muster_error_todo(err, "give every unit its first cluster, or cluster by unit");
  return MUSTER_DATA;
}

muster_status muster_permutation_fit(const muster_panel *panel, const muster_permutation_options *options,
                                     muster_permutation *out, muster_error *err) {
  *out = (muster_permutation){.n_obs = panel->n_obs, .n_units = panel->n_units};
  MUSTER_TRY(check_nested(panel, err));
  cells c = {0};
  muster_assignments a = {0};
  muster_status status = prepare(panel, &c, out, err);
  if (status == MUSTER_OK)
    status = muster_assignments_start(c.start, c.stratum, c.n, options->most_exact ? options->most_exact : MOST_EXACT,
                                      options->draws ? options->draws : USUAL_DRAWS, options->seed, &a, err);
  if (status == MUSTER_OK && a.exact && a.count < 2) {
    status = muster_fail(err, MUSTER_DATA, "there is only one way to assign these starts within the strata");
    muster_error_expected(err, "strata with treated and untreated clusters");
  }
  if (status == MUSTER_OK) status = permute(&c, options, &a, out, err);
  muster_assignments_free(&a);
  cells_free(&c);
  return status;
}

muster_status muster_permutation_rows(const muster_panel *panel, const muster_permutation_options *options,
                                      muster_estimates *out, muster_error *err) {
  muster_permutation x;
  MUSTER_TRY(muster_permutation_fit(panel, options, &x, err));
  char note[400];
  int at = x.exact
               ? snprintf(note, sizeof note, "exact: %zu of %zu assignments as extreme", x.n_extreme, x.n_assignments)
               : snprintf(note, sizeof note, "%zu random assignments, seed %llu, %zu as extreme, p = (1+x)/(1+n)",
                          x.n_assignments, (unsigned long long)options->seed, x.n_extreme);
  if (at > 0)
    at += snprintf(
        note + at, sizeof note - (size_t)at,
        "; whole clusters within strata, ties counted; smallest attainable p %.4g; interval by inversion for a "
        "constant effect",
        x.smallest_p);
  if (at > 0 && x.n_left_out)
    snprintf(note + at, sizeof note - (size_t)at, "; %zu clusters not seen in every time left out", x.n_left_out);
  muster_estimate row = muster_estimate_blank("permutation", options->outcome, "treated");
  row.estimate = x.estimate;
  row.conf_low = x.conf_low;
  row.conf_high = x.conf_high;
  row.p_value = x.p;
  row.n_units = x.n_units;
  row.n_obs = x.n_obs;
  row.n_clusters = x.n_clusters;
  row.note = note;
  MUSTER_TRY(muster_estimates_add(out, &row, err));
  if (isnan(x.t)) return MUSTER_OK;
  row.term = "treated_t";
  row.estimate = x.t;
  row.conf_low = row.conf_high = NAN;
  row.p_value = x.p_student;
  row.note = "Welch t of the clusters' mean changes over the same assignments";
  return muster_estimates_add(out, &row, err);
}

/* --- signs --- */

muster_status muster_signflip_test(const double *difference, size_t n, size_t draws, uint64_t seed,
                                   muster_signflip *out, muster_error *err) {
  *out = (muster_signflip){.exact = n <= MOST_SIGNS};
  if (!n) return muster_fail(err, MUSTER_DATA, "the sign test has no differences");
  for (size_t i = 0; i < n; i++) {
    if (!isfinite(difference[i])) return muster_fail(err, MUSTER_DATA, "difference %zu is no number", i + 1);
    out->sum += difference[i];
  }
  double bar = fabs(out->sum) * (1 - TIE);
  size_t extreme = 0;
  gsl_rng *rng = out->exact ? NULL : gsl_rng_alloc(gsl_rng_mt19937);
  if (!out->exact && !rng) return muster_fail_memory(err);
  if (rng) gsl_rng_set(rng, (unsigned long)seed);
  out->n_assignments = out->exact ? (size_t)1 << n : draws ? draws : USUAL_DRAWS;
  for (size_t a = 0; a < out->n_assignments; a++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
      bool flip = rng ? gsl_rng_uniform_int(rng, 2) : a >> i & 1;
      sum += flip ? -difference[i] : difference[i];
    }
    out->n_upper += sum >= bar;
    extreme += fabs(sum) >= bar;
  }
  out->p = p_of(extreme, out->n_assignments, out->exact);
  if (rng) gsl_rng_free(rng);
  return MUSTER_OK;
}

/* --- Westfall & Young --- */

void muster_cluster_changes_free(muster_cluster_changes *changes) {
  muster_free(changes->id);
  muster_free(changes->value);
  muster_free(changes->treated);
  muster_free(changes->stratum);
  *changes = (muster_cluster_changes){0};
}

static muster_status fill_changes(cells *c, muster_cluster_changes *out, muster_error *err) {
  uint32_t never = (uint32_t)c->times, first = never;
  for (size_t i = 0; i < c->n; i++) {
    if (c->start[i] == never) continue;
    if (first == never) first = c->start[i];
    if (c->start[i] == first) continue;
    muster_fail(err, MUSTER_DATA, "treatment starts at more than one time");
    muster_error_expected(err, "one common start, so that each cluster has one change");
    return MUSTER_DATA;
  }
  out->treated = muster_alloc(c->n, sizeof *out->treated);
  if (!out->treated) return muster_fail_memory(err);
  for (size_t i = 0; i < c->n; i++) {
    c->change[i] = change_of(c, i, first == never ? 0 : first);
    out->treated[i] = c->start[i] < never;
  }
  out->n = c->n;
  out->id = c->id, out->value = c->change, out->stratum = c->stratum;
  c->id = NULL, c->change = NULL, c->stratum = NULL;
  return MUSTER_OK;
}

muster_status muster_cluster_changes_of(const muster_panel *panel, muster_cluster_changes *out, muster_error *err) {
  *out = (muster_cluster_changes){0};
  MUSTER_TRY(check_nested(panel, err));
  cells c = {0};
  size_t left_out = 0;
  muster_status status = cells_room(panel, &c, err);
  if (status == MUSTER_OK) status = collapse(panel, &c, &left_out, err);
  if (status == MUSTER_OK) status = fill_changes(&c, out, err);
  cells_free(&c);
  return status;
}

muster_status muster_westfall_young(const double *const *value, size_t k, const uint32_t *treated,
                                    const uint32_t *stratum, size_t n, const muster_permutation_options *options,
                                    double *t, double *raw, double *adjusted, muster_error *err) {
  size_t count = 0;
  for (size_t i = 0; i < n; i++) count += treated[i] != 0;
  if (count < 2 || n - count < 2) {
    muster_fail(err, MUSTER_DATA, "%zu treated and %zu untreated clusters", count, n - count);
    muster_error_expected(err, "at least two of both");
    return MUSTER_DATA;
  }
  uint32_t *label = muster_alloc(n, sizeof *label);
  size_t *order = muster_alloc(k, sizeof *order), *above = muster_alloc(k, sizeof *above),
         *step = muster_alloc(k, sizeof *step);
  muster_assignments a = {0};
  muster_status status = label && order && above && step ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    for (size_t i = 0; i < n; i++) label[i] = treated[i] ? 0 : 1; /* below 1 is treated */
    for (size_t j = 0; j < k; j++) {
      t[j] = welch(value[j], label, 1, n);
      size_t at = j; /* by falling |t| */
      for (; at > 0 && fabs(t[order[at - 1]]) < fabs(t[j]); at--) order[at] = order[at - 1];
      order[at] = j;
    }
    status = muster_assignments_start(label, stratum, n, options->most_exact ? options->most_exact : MOST_EXACT,
                                      options->draws ? options->draws : USUAL_DRAWS, options->seed, &a, err);
  }
  size_t taken = 0;
  while (status == MUSTER_OK && muster_assignments_next(&a)) {
    double most = 0; /* from the least extreme outcome up */
    taken++;
    for (size_t s = k; s-- > 0;) {
      double drawn_t = fabs(welch(value[order[s]], a.label, 1, n)), bar = fabs(t[order[s]]) * (1 - TIE);
      most = fmax(most, drawn_t);
      above[s] += drawn_t >= bar;
      step[s] += most >= bar;
    }
  }
  double before = 0;
  for (size_t s = 0; status == MUSTER_OK && s < k; s++) {
    before = fmax(before, p_of(step[s], taken, a.exact));
    raw[order[s]] = p_of(above[s], taken, a.exact);
    adjusted[order[s]] = before;
  }
  muster_assignments_free(&a);
  muster_free(label);
  muster_free(order);
  muster_free(above);
  muster_free(step);
  return status;
}
