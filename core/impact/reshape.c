/* A panel with one start, as a block, as series, as two windows. */
#include "muster/impact/reshape.h"

#include <math.h>
#include <string.h>

muster_status muster_panel_start(const muster_panel *panel, uint32_t *start, muster_error *err) {
  double first = NAN;
  for (size_t u = 0; u < panel->n_units; u++) {
    if (isnan(panel->cohort[u])) continue;
    if (!isnan(first) && panel->cohort[u] != first) {
      muster_fail(err, MUSTER_DATA, "treatment starts at %g for some units and at %g for others", first,
                  panel->cohort[u]);
      muster_error_expected(err, "one common start");
      muster_error_todo(err, "use callaway_santanna, or study one cohort at a time");
      return MUSTER_DATA;
    }
    first = panel->cohort[u];
  }
  *start = 0;
  while (*start < panel->n_times && !(panel->times[*start] >= first)) ++*start;
  if (!isnan(first) && *start > 0 && *start < panel->n_times) return MUSTER_OK;
  muster_fail(err, MUSTER_DATA, "no time before or after the start of treatment");
  muster_error_expected(err, "treated units seen before and after their start");
  return MUSTER_DATA;
}

void muster_block_free(muster_block *block) {
  muster_free(block->y);
  muster_free(block->treated);
  *block = (muster_block){.y = NULL};
}

muster_status muster_block_of(const muster_panel *panel, muster_block *out, muster_error *err) {
  uint32_t start;
  MUSTER_TRY(muster_panel_start(panel, &start, err));
  if (!panel->balanced) {
    muster_fail(err, MUSTER_DATA, "some unit is not seen in every time");
    muster_error_expected(err, "a balanced panel");
    muster_error_todo(err, "leave out the units or the times with gaps");
    return MUSTER_DATA;
  }
  *out = (muster_block){.y = muster_alloc(panel->n_obs, sizeof *out->y),
                        .treated = muster_alloc(panel->n_units, sizeof *out->treated)};
  if (!out->y || !out->treated) {
    muster_block_free(out);
    return muster_fail_memory(err);
  }
  memcpy(out->y, panel->y, panel->n_obs * sizeof *out->y); /* rows stand by unit, then time */
  for (size_t u = 0; u < panel->n_units; u++) out->treated[u] = !isnan(panel->cohort[u]);
  out->panel = (muster_block_panel){panel->n_units, panel->n_times, start, out->y, out->treated};
  return MUSTER_OK;
}

void muster_series_free(muster_series *series) {
  muster_free(series->treated);
  *series = (muster_series){.n = 0};
}

muster_status muster_series_of(const muster_panel *panel, muster_series *out, muster_error *err) {
  uint32_t start;
  MUSTER_TRY(muster_panel_start(panel, &start, err));
  size_t n = panel->n_times;
  double *sum = muster_alloc(4 * n, sizeof *sum);
  if (!sum) return muster_fail_memory(err);
  double *weight = sum + 2 * n;
  bool controls = false;
  for (size_t i = 0; i < panel->n_obs; i++) {
    bool never = isnan(panel->cohort[panel->unit[i]]);
    double w = panel->weight ? panel->weight[i] : 1;
    sum[never * n + panel->time[i]] += w * panel->y[i];
    weight[never * n + panel->time[i]] += w;
    controls |= never;
  }
  for (size_t t = 0; t < 2 * n; t++) sum[t] /= weight[t]; /* a gap is NaN, which the series model names */
  *out = (muster_series){.n = n, .start = start, .treated = sum, .control = controls ? sum + n : NULL};
  return MUSTER_OK;
}

void muster_two_windows_free(muster_two_windows *windows) {
  muster_free(windows->room);
  muster_free(windows->treated);
  muster_free(windows->cluster);
  muster_free(windows->covariate);
  *windows = (muster_two_windows){.n = 0};
}

/** Weighted mean of a unit's rows in times [from, to); NaN without any. */
static double window_mean(const muster_panel *panel, size_t unit, uint32_t from, uint32_t to) {
  double sum = 0, weight = 0;
  for (size_t i = panel->first_row[unit]; i < panel->first_row[unit + 1]; i++) {
    if (panel->time[i] < from || panel->time[i] >= to) continue;
    double w = panel->weight ? panel->weight[i] : 1;
    sum += w * panel->y[i];
    weight += w;
  }
  return weight > 0 ? sum / weight : NAN;
}

/** Numbers the clusters in use without gaps, in the panel's order. */
static void number_clusters(muster_two_windows *out, uint32_t *seen, size_t n_clusters) {
  for (size_t i = 0; i < out->n; i++) seen[out->cluster[i]] = 1;
  for (size_t c = 0; c < n_clusters; c++)
    if (seen[c]) seen[c] = (uint32_t)out->n_clusters++;
  for (size_t i = 0; i < out->n; i++) out->cluster[i] = seen[out->cluster[i]];
}

muster_status muster_two_windows_of(const muster_panel *panel, bool split, bool lost, muster_two_windows *out,
                                    muster_error *err) {
  uint32_t start;
  MUSTER_TRY(muster_panel_start(panel, &start, err));
  if (split && start < 2) return muster_fail(err, MUSTER_DATA, "one time before the start cannot be split");
  size_t n = panel->n_units, k = panel->n_covariates;
  *out = (muster_two_windows){.k = k,
                              .room = muster_alloc((3 + k) * n, sizeof *out->room),
                              .treated = muster_alloc(n, sizeof *out->treated),
                              .cluster = muster_alloc(n + panel->n_clusters, sizeof *out->cluster),
                              .covariate = muster_alloc(k, sizeof *out->covariate)};
  if (!out->room || !out->treated || !out->cluster || !out->covariate) {
    muster_two_windows_free(out);
    return muster_fail_memory(err);
  }
  out->earlier = out->room;
  out->before = out->room + n;
  out->after = out->room + 2 * n;
  for (size_t j = 0; j < k; j++) out->covariate[j] = out->room + (3 + j) * n;
  uint32_t middle = split ? start / 2 : 0;
  for (size_t u = 0; u < n; u++) {
    size_t row = panel->first_row[u], to = out->n;
    double before = window_mean(panel, u, middle, start);
    double after = window_mean(panel, u, start, (uint32_t)panel->n_times);
    if (isnan(before) || (isnan(after) && !lost)) {
      out->n_dropped++;
      continue;
    }
    out->earlier[to] = split ? window_mean(panel, u, 0, middle) : NAN;
    out->before[to] = before;
    out->after[to] = after;
    out->treated[to] = !isnan(panel->cohort[u]);
    out->cluster[to] = panel->cluster[row];
    for (size_t j = 0; j < k; j++) out->covariate[j][to] = panel->covariate[j][row];
    out->n++;
  }
  number_clusters(out, out->cluster + n, panel->n_clusters);
  return MUSTER_OK;
}
