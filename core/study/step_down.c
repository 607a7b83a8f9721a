/* Several outcomes at once: p-values that hold for all of them together, by the step-down of Westfall & Young. */
#include <stdio.h>
#include <string.h>

#include "estimators.h"

/* What each cluster did on each outcome; clusters that lack one of them go. */
typedef struct table {
  size_t k, n;
  muster_cluster_changes *by_outcome; /* [k] */
  const double **value;               /* [k][n] */
  double *room, *figures;             /* figures: t, raw and adjusted p, [k] each */
  uint32_t *treated, *stratum;
} table;

static void table_free(table *t) {
  for (size_t k = 0; t->by_outcome && k < t->k; k++) muster_cluster_changes_free(&t->by_outcome[k]);
  muster_free(t->by_outcome);
  muster_free(t->value);
  muster_free(t->room);
  muster_free(t->figures);
  muster_free(t->treated);
  muster_free(t->stratum);
}

static muster_status read_outcomes(const muster_study_data *data, table *t, muster_error *err) {
  for (size_t k = 0; k < t->k; k++) {
    muster_panel panel = {0};
    muster_status status = muster_study_panel(data, k, &panel, err);
    if (status == MUSTER_OK) status = muster_cluster_changes_of(&panel, &t->by_outcome[k], err);
    muster_panel_free(&panel);
    MUSTER_TRY(status);
  }
  return MUSTER_OK;
}

/* Identifiers ascend, so one walk over all lists finds those in every one. */
static muster_status join(table *t, size_t *at, muster_error *err) {
  const muster_cluster_changes *first = &t->by_outcome[0];
  t->room = muster_alloc(t->k * first->n, sizeof *t->room);
  t->treated = muster_alloc(first->n, sizeof *t->treated);
  t->stratum = muster_alloc(first->n, sizeof *t->stratum);
  if (!t->room || !t->treated || !t->stratum) return muster_fail_memory(err);
  for (size_t k = 0; k < t->k; k++) t->value[k] = t->room + k * first->n;
  for (size_t i = 0; i < first->n; i++) {
    bool everywhere = true;
    for (size_t k = 0; k < t->k; k++) {
      const muster_cluster_changes *c = &t->by_outcome[k];
      while (at[k] < c->n && c->id[at[k]] < first->id[i]) at[k]++;
      everywhere = everywhere && at[k] < c->n && c->id[at[k]] == first->id[i];
    }
    if (!everywhere) continue;
    for (size_t k = 0; k < t->k; k++) t->room[k * first->n + t->n] = t->by_outcome[k].value[at[k]];
    t->treated[t->n] = first->treated[i];
    t->stratum[t->n++] = first->stratum[i];
  }
  return MUSTER_OK;
}

static muster_status put(const muster_study_data *data, const table *t, uint64_t seed, muster_study_results *r,
                         muster_error *err) {
  for (size_t k = 0; k < t->k; k++) {
    muster_estimate row = muster_estimate_blank("permutation", data->outcome[k], "westfall_young_adjusted_p");
    size_t primary = r->findings[k].primary;
    if (primary != SIZE_MAX) {
      row.estimator = r->estimates.at[primary].estimator;
      row.estimate = r->estimates.at[primary].estimate;
      row.term = muster_arena_printf(&r->arena, "%s_adjusted_p", r->estimates.at[primary].term);
    }
    row.p_value = t->figures[2 * t->k + k];
    row.n_clusters = t->n;
    row.note = muster_arena_printf(&r->arena,
                                   "step-down maxT of Westfall and Young (1993) over %zu outcomes: Welch t %.4g of the "
                                   "clusters' mean changes, p of this outcome alone %.4g; whole clusters trade their "
                                   "starts within strata, all assignments up to 100000, else 9999 with seed %llu",
                                   t->k, t->figures[k], t->figures[t->k + k], (unsigned long long)seed);
    if (!row.term || !row.note) return muster_fail_memory(err);
    MUSTER_TRY(muster_estimates_add(&r->estimates, &row, err));
  }
  return MUSTER_OK;
}

muster_status study_westfall_young(const muster_study *study, const muster_study_data *data, muster_study_results *r,
                                   muster_error *err) {
  size_t k = data->n_outcomes, *at = muster_alloc(k, sizeof *at);
  table t = {.k = k,
             .by_outcome = muster_alloc(k, sizeof *t.by_outcome),
             .value = muster_alloc(k, sizeof *t.value),
             .figures = muster_alloc(3 * k, sizeof *t.figures)};
  muster_permutation_options options = {.seed = muster_part_count(&study->self, "seed", 0)};
  muster_status status = at && t.by_outcome && t.value && t.figures ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) status = read_outcomes(data, &t, err);
  if (status == MUSTER_OK) status = join(&t, at, err);
  if (status == MUSTER_OK)
    status = muster_westfall_young(t.value, k, t.treated, t.stratum, t.n, &options, t.figures, t.figures + k,
                                   t.figures + 2 * k, err);
  if (status == MUSTER_OK) status = put(data, &t, options.seed, r, err);
  if (status == MUSTER_DATA) muster_error_wrap(err, "adjust = \"westfall-young\"");
  muster_free(at);
  table_free(&t);
  return status;
}
