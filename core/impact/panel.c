/* From long columns in any order to a sorted panel with dense numbers. */
#include "muster/impact/panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_number(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

/* Numbers that are not much larger than their count are ranked through a table, others by sorting a copy. */
static muster_status rank_by_table(const uint32_t *raw, size_t n, uint32_t most, uint32_t *dense, uint32_t **values,
                                   size_t *count, muster_error *err) {
  uint32_t *rank = muster_alloc((size_t)most + 1, sizeof *rank);
  if (!rank) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) rank[raw[i]] = 1;
  uint32_t next = 0;
  for (size_t v = 0; n && v <= most; v++) {
    if (rank[v]) rank[v] = next++;
  }
  for (size_t i = 0; i < n; i++) dense[i] = rank[raw[i]];
  muster_free(rank);
  *count = next;
  if (!values) return MUSTER_OK;
  *values = muster_alloc(next, sizeof **values);
  if (!*values) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) (*values)[dense[i]] = raw[i];
  return MUSTER_OK;
}

muster_status muster_number_dense(const uint32_t *raw, size_t n, uint32_t *dense, uint32_t **values, size_t *count,
                                  muster_error *err) {
  uint32_t most = 0;
  for (size_t i = 0; i < n; i++) most = raw[i] > most ? raw[i] : most;
  if (most <= 2 * n + 65536) return rank_by_table(raw, n, most, dense, values, count, err);
  uint32_t *sorted = muster_alloc(n, sizeof *sorted);
  if (!sorted) return muster_fail_memory(err);
  memcpy(sorted, raw, n * sizeof *sorted);
  qsort(sorted, n, sizeof *sorted, by_number);
  size_t distinct = 0;
  for (size_t i = 0; i < n; i++) {
    if (!distinct || sorted[i] != sorted[distinct - 1]) sorted[distinct++] = sorted[i];
  }
  for (size_t i = 0; i < n; i++) {
    const uint32_t *at = bsearch(&raw[i], sorted, distinct, sizeof *sorted, by_number);
    dense[i] = at ? (uint32_t)(at - sorted) : 0;
  }
  *count = distinct;
  if (values) {
    *values = sorted;
  } else {
    muster_free(sorted);
  }
  return MUSTER_OK;
}

static int by_text(const void *a, const void *b) {
  const muster_text *const *x = a, *const *y = b;
  return muster_text_compare(**x, **y);
}

muster_status muster_number_texts(const muster_text *texts, size_t n, uint32_t *numbers, size_t *distinct,
                                  muster_error *err) {
  muster_map map = {0};
  const muster_text **sorted = NULL;
  muster_text *names = NULL;
  uint32_t *rank = NULL;
  muster_status status = muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) {
    numbers[i] = muster_map_add(&map, texts[i], NULL);
    if (numbers[i] == MUSTER_NONE) goto done;
  }
  names = muster_alloc(map.count, sizeof *names);
  sorted = muster_alloc(map.count, sizeof *sorted);
  rank = muster_alloc(map.count, sizeof *rank);
  if (!names || !sorted || !rank) goto done;
  for (uint32_t k = 0; k < map.count; k++) {
    names[k] = muster_map_name(&map, k);
    sorted[k] = &names[k];
  }
  qsort(sorted, map.count, sizeof *sorted, by_text);
  for (uint32_t k = 0; k < map.count; k++) rank[sorted[k] - names] = k;
  for (size_t i = 0; i < n; i++) numbers[i] = rank[numbers[i]];
  *distinct = map.count;
  status = MUSTER_OK;
done:
  muster_free(names);
  muster_free(sorted);
  muster_free(rank);
  muster_map_free(&map);
  return status;
}

/* --- building --- */

static muster_status infinite(muster_error *err, const char *column, size_t row) {
  muster_fail(err, MUSTER_DATA, "%s is infinite in row %zu of the panel", column, row + 1);
  muster_error_expected(err, "a number, or a blank for a missing value");
  return MUSTER_DATA;
}

/* Which rows can be used: `*kept` of them, listed in `rows`. */
static muster_status select_rows(const muster_columns *c, size_t *rows, size_t *kept, muster_error *err) {
  *kept = 0;
  for (size_t i = 0; i < c->n; i++) {
    if (isinf(c->y[i])) return infinite(err, "the outcome", i);
    if (isinf(c->time[i])) return infinite(err, "the time", i);
    bool use = !isnan(c->y[i]) && !isnan(c->time[i]);
    if (c->weight) {
      if (isinf(c->weight[i])) return infinite(err, "the weight", i);
      if (c->weight[i] < 0) {
        muster_fail(err, MUSTER_DATA, "the weight is below 0 in row %zu of the panel", i + 1);
        muster_error_expected(err, "a weight of 0 or more");
        return MUSTER_DATA;
      }
      use = use && c->weight[i] > 0;
    }
    if (c->treated) {
      if (isinf(c->treated[i])) return infinite(err, "the treatment", i);
      use = use && !isnan(c->treated[i]);
    }
    for (size_t k = 0; k < c->n_covariates; k++) {
      if (isinf(c->covariates[k][i])) return infinite(err, c->names[k], i);
      use = use && !isnan(c->covariates[k][i]);
    }
    if (use) rows[(*kept)++] = i;
  }
  if (*kept) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "the panel has no complete row");
  muster_error_expected(err, "rows with unit, time, outcome and every covariate filled");
  return MUSTER_DATA;
}

/* First place in ascending `times` that is not below `t`. */
static size_t place_of(const double *times, size_t count, double t) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (times[middle] < t) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

static muster_status number_times(const muster_columns *c, const size_t *rows, size_t n, muster_panel *p,
                                  muster_error *err) {
  size_t capacity = 0;
  double last = NAN;
  for (size_t i = 0; i < n; i++) {
    double t = c->time[rows[i]];
    if (t == last) continue;
    last = t;
    size_t at = place_of(p->times, p->n_times, t);
    if (at < p->n_times && p->times[at] == t) continue;
    if (!MUSTER_GROW(p->times, capacity, p->n_times)) return muster_fail_memory(err);
    memmove(p->times + at + 1, p->times + at, (p->n_times - at) * sizeof *p->times);
    p->times[at] = t + 0.0; /* no negative zero */
    p->n_times++;
  }
  return MUSTER_OK;
}

typedef struct place {
  double time, y;
  size_t row;
} place;

static int by_time(const void *a, const void *b) {
  const place *x = a, *y = b;
  if (x->time != y->time) return x->time < y->time ? -1 : 1;
  if (x->y != y->y) return x->y < y->y ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

/* Reorders `rows` by unit, then time; `unit` runs parallel to `rows` and is put in order too. */
static muster_status sort_rows(const muster_columns *c, size_t *rows, uint32_t *unit, size_t n, const size_t *first,
                               size_t n_units, muster_error *err) {
  size_t *sorted = muster_alloc(n, sizeof *sorted), *next = muster_alloc(n_units, sizeof *next);
  place *scratch = NULL;
  size_t scratch_size = 0;
  muster_status status = sorted && next ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    memcpy(next, first, n_units * sizeof *next);
    for (size_t i = 0; i < n; i++) sorted[next[unit[i]]++] = rows[i];
    memcpy(rows, sorted, n * sizeof *rows);
  }
  for (size_t u = 0; status == MUSTER_OK && u < n_units; u++) {
    size_t from = first[u], count = first[u + 1] - from;
    bool in_order = true;
    for (size_t i = 1; i < count && in_order; i++) in_order = c->time[rows[from + i - 1]] < c->time[rows[from + i]];
    for (size_t i = 0; i < count; i++) unit[from + i] = (uint32_t)u;
    if (in_order) continue;
    if (count > scratch_size) {
      place *grown = muster_realloc(scratch, count, sizeof *scratch);
      if (!grown) {
        status = muster_fail_memory(err);
        break;
      }
      scratch = grown;
      scratch_size = count;
    }
    for (size_t i = 0; i < count; i++) {
      size_t row = rows[from + i];
      scratch[i] = (place){c->time[row], c->y[row], row};
    }
    qsort(scratch, count, sizeof *scratch, by_time);
    for (size_t i = 0; i < count; i++) rows[from + i] = scratch[i].row;
  }
  muster_free(sorted);
  muster_free(next);
  muster_free(scratch);
  return status;
}

static muster_status allocate(muster_panel *p, const muster_columns *c, muster_error *err) {
  size_t n = p->n_obs;
  p->time = muster_alloc(n, sizeof *p->time);
  p->cluster = muster_alloc(n, sizeof *p->cluster);
  p->y = muster_alloc(n, sizeof *p->y);
  p->treated = muster_alloc(n, sizeof *p->treated);
  p->cohort = muster_alloc(p->n_units, sizeof *p->cohort);
  p->stratum = muster_alloc(p->n_units, sizeof *p->stratum);
  if (!p->time || !p->cluster || !p->y || !p->treated || !p->cohort || !p->stratum) return muster_fail_memory(err);
  if (c->weight && !(p->weight = muster_alloc(n, sizeof *p->weight))) return muster_fail_memory(err);
  if (!c->n_covariates) return MUSTER_OK;
  p->covariate = muster_alloc(c->n_covariates, sizeof *p->covariate);
  p->name = muster_alloc(c->n_covariates, sizeof *p->name);
  if (!p->covariate || !p->name) return muster_fail_memory(err);
  p->n_covariates = c->n_covariates;
  for (size_t k = 0; k < c->n_covariates; k++) {
    size_t length = strlen(c->names[k]);
    char *name = muster_alloc(length + 1, 1);
    if (name) memcpy(name, c->names[k], length);
    p->name[k] = name;
    p->covariate[k] = muster_alloc(n, sizeof **p->covariate);
    if (!name || !p->covariate[k]) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static bool means_never(const muster_columns *c, double cohort, double last_time) {
  if (isnan(cohort) || cohort > last_time) return true;
  for (size_t i = 0; i < c->n_never; i++) {
    if (cohort == c->never[i]) return true;
  }
  return false;
}

static muster_status fill_cohorts(const muster_columns *c, const size_t *rows, muster_panel *p, muster_error *err) {
  for (size_t u = 0; u < p->n_units; u++) {
    p->cohort[u] = NAN;
    for (size_t i = p->first_row[u]; i < p->first_row[u + 1]; i++) {
      if (!c->cohort) {
        if (c->treated && c->treated[rows[i]] != 0) {
          p->cohort[u] = c->time[rows[i]];
          break;
        }
        continue;
      }
      double cohort = means_never(c, c->cohort[rows[i]], p->times[p->n_times - 1]) ? NAN : c->cohort[rows[i]];
      if (isinf(cohort)) return infinite(err, "the first treated time", rows[i]);
      if (i == p->first_row[u]) {
        p->cohort[u] = cohort;
      } else if (!(cohort == p->cohort[u] || (isnan(cohort) && isnan(p->cohort[u])))) {
        muster_fail(err, MUSTER_DATA, "the first treated time of a unit changes in row %zu of the panel", rows[i] + 1);
        muster_error_expected(err, "the same first treated time in every row of a unit");
        return MUSTER_DATA;
      }
    }
  }
  return MUSTER_OK;
}

static void fill_rows(const muster_columns *c, const size_t *rows, muster_panel *p) {
  for (size_t i = 0; i < p->n_obs; i++) {
    size_t row = rows[i];
    p->y[i] = c->y[row];
    if (p->weight) p->weight[i] = c->weight[row];
    for (size_t k = 0; k < p->n_covariates; k++) p->covariate[k][i] = c->covariates[k][row];
    if (i && c->time[row] == p->times[p->time[i - 1]]) {
      p->time[i] = p->time[i - 1];
    } else if (i && p->time[i - 1] + 1 < p->n_times && p->times[p->time[i - 1] + 1] == c->time[row]) {
      p->time[i] = p->time[i - 1] + 1;
    } else {
      p->time[i] = (uint32_t)place_of(p->times, p->n_times, c->time[row]);
    }
    double cohort = p->cohort[p->unit[i]];
    double in_force = !isnan(cohort) && c->time[row] >= cohort;
    p->treated[i] = c->treated ? c->treated[row] : in_force;
    if (p->treated[i] != in_force) p->reversible = true;
  }
}

/* Balance, repeats, nesting: one walk over the finished rows. */
static void look_over(muster_panel *p) {
  p->nested = true;
  for (size_t i = 1; i < p->n_obs; i++) {
    if (p->unit[i] != p->unit[i - 1]) continue;
    if (p->time[i] == p->time[i - 1]) p->repeated = true;
    if (p->cluster[i] != p->cluster[i - 1]) p->nested = false;
  }
  p->balanced = !p->repeated && p->n_obs == p->n_units * p->n_times;
}

static muster_status build(const muster_columns *c, size_t *rows, uint32_t *raw, muster_panel *p, muster_error *err) {
  size_t n;
  MUSTER_TRY(select_rows(c, rows, &n, err));
  p->n_obs = n;
  p->dropped = c->n - n;
  for (size_t i = 0; i < n; i++) raw[i] = c->unit[rows[i]];
  if (!(p->unit = muster_alloc(n, sizeof *p->unit))) return muster_fail_memory(err);
  MUSTER_TRY(muster_number_dense(raw, n, p->unit, &p->unit_id, &p->n_units, err));
  if (!(p->first_row = muster_alloc(p->n_units + 1, sizeof *p->first_row))) return muster_fail_memory(err);
  for (size_t i = 0; i < n; i++) p->first_row[p->unit[i] + 1]++;
  for (size_t u = 0; u < p->n_units; u++) p->first_row[u + 1] += p->first_row[u];
  MUSTER_TRY(number_times(c, rows, n, p, err));
  MUSTER_TRY(sort_rows(c, rows, p->unit, n, p->first_row, p->n_units, err));
  MUSTER_TRY(allocate(p, c, err));
  for (size_t i = 0; i < n; i++) raw[i] = c->cluster ? c->cluster[rows[i]] : c->unit[rows[i]];
  MUSTER_TRY(muster_number_dense(raw, n, p->cluster, &p->cluster_id, &p->n_clusters, err));
  p->n_strata = 1;
  if (c->stratum) {
    for (size_t u = 0; u < p->n_units; u++) raw[u] = c->stratum[rows[p->first_row[u]]];
    MUSTER_TRY(muster_number_dense(raw, p->n_units, p->stratum, NULL, &p->n_strata, err));
  }
  MUSTER_TRY(fill_cohorts(c, rows, p, err));
  fill_rows(c, rows, p);
  look_over(p);
  return MUSTER_OK;
}

muster_status muster_panel_build(const muster_columns *columns, muster_panel *panel, muster_error *err) {
  *panel = (muster_panel){0};
  size_t *rows = muster_alloc(columns->n, sizeof *rows);
  uint32_t *raw = muster_alloc(columns->n, sizeof *raw);
  muster_status status = rows && raw ? build(columns, rows, raw, panel, err) : muster_fail_memory(err);
  muster_free(rows);
  muster_free(raw);
  if (status != MUSTER_OK) muster_panel_free(panel);
  return status;
}

void muster_panel_free(muster_panel *p) {
  for (size_t k = 0; k < p->n_covariates; k++) {
    muster_free(p->covariate[k]);
    muster_free((char *)(uintptr_t)p->name[k]);
  }
  muster_free(p->covariate);
  muster_free(p->name);
  muster_free(p->unit);
  muster_free(p->time);
  muster_free(p->cluster);
  muster_free(p->y);
  muster_free(p->treated);
  muster_free(p->weight);
  muster_free(p->first_row);
  muster_free(p->times);
  muster_free(p->cohort);
  muster_free(p->stratum);
  muster_free(p->unit_id);
  muster_free(p->cluster_id);
  *p = (muster_panel){0};
}

uint32_t muster_panel_time(const muster_panel *panel, double time) {
  size_t at = place_of(panel->times, panel->n_times, time);
  return at < panel->n_times && panel->times[at] == time ? (uint32_t)at : MUSTER_NONE;
}

size_t muster_panel_cohorts(const muster_panel *panel, double *cohorts, size_t *units) {
  size_t count = 0;
  double below = -INFINITY;
  for (;;) { /* each round finds the next cohort above the last */
    double next = INFINITY;
    size_t have = 0;
    for (size_t u = 0; u < panel->n_units; u++) {
      double g = panel->cohort[u];
      if (isnan(g) || g <= below || g > next) continue;
      have = g < next ? 1 : have + 1;
      next = g;
    }
    if (!have) return count;
    if (cohorts) cohorts[count] = next;
    if (units) units[count] = have;
    count++;
    below = next;
  }
}
