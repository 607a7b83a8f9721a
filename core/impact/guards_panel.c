/* Guards on what a panel tells by itself. */
#include <math.h>

#include "guard.h"

/** [0] never treated, [1] treated. */
typedef struct arms {
  double first_start;
  size_t units[2], clusters[2], starts;
  size_t mixed;   /* clusters with units of both arms */
  size_t seen[2]; /* units seen before the start */
  double mean[2]; /* of their means before the start */
  double all, sd; /* the same over both arms */
  muster_composition roll;
} arms;

static muster_status count_clusters(const muster_panel *p, arms *a, muster_error *err) {
  unsigned char *in = muster_alloc(p->n_clusters, 1);
  if (!in) return muster_fail_memory(err);
  for (size_t u = 0; u < p->n_units; u++) in[p->cluster[p->first_row[u]]] |= isnan(p->cohort[u]) ? 1 : 2;
  for (size_t c = 0; c < p->n_clusters; c++) {
    a->clusters[0] += (in[c] & 1) != 0;
    a->clusters[1] += (in[c] & 2) != 0;
    a->mixed += in[c] == 3;
  }
  muster_free(in);
  return MUSTER_OK;
}

/** Weighted mean of a unit's outcome before `start`, NaN when it was not seen there; `after`: seen from then on. */
static double before(const muster_panel *p, size_t unit, double start, bool *after) {
  double sum = 0, weight = 0;
  *after = false;
  for (size_t i = p->first_row[unit]; i < p->first_row[unit + 1]; i++) {
    if (p->times[p->time[i]] >= start) {
      *after = true;
      continue;
    }
    double w = p->weight ? p->weight[i] : 1;
    sum += w * p->y[i];
    weight += w;
  }
  return weight > 0 ? sum / weight : NAN;
}

static void look(const muster_panel *p, arms *a) {
  double stayed[2] = {0, 0}, left[2] = {0, 0}, squares = 0, total = 0;
  for (int pass = 0; pass < 2; pass++)
    for (size_t u = 0; u < p->n_units; u++) {
      bool treated = !isnan(p->cohort[u]), after;
      double level = before(p, u, treated ? p->cohort[u] : a->first_start, &after);
      if (pass) {
        if (!isnan(level)) squares += (level - a->all) * (level - a->all);
        continue;
      }
      if (isnan(level)) {
        a->roll.joiners[treated]++;
        continue;
      }
      (after ? a->roll.stayers : a->roll.leavers)[treated]++;
      (after ? stayed : left)[treated] += level;
      a->seen[treated]++;
      a->mean[treated] += level;
      total = (double)(a->seen[0] + a->seen[1]);
      a->all = (a->mean[0] + a->mean[1]) / total;
    }
  a->sd = sqrt(squares / (total - 1));
  for (int arm = 0; arm < 2; arm++) {
    a->mean[arm] /= (double)a->seen[arm];
    a->roll.stayer_baseline[arm] = stayed[arm] / (double)a->roll.stayers[arm];
    a->roll.leaver_baseline[arm] = left[arm] / (double)a->roll.leavers[arm];
  }
  a->roll.estimate_all = a->roll.estimate_stayers = a->roll.std_error_all = NAN;
}

/** A gap beyond a quarter of a standard deviation and beyond chance: these treated were chosen for their outcome, or
 * the comparison was not chosen like them. */
static muster_status compare_baselines(const arms *a, muster_warnings *list, muster_error *err) {
  double gap = a->mean[1] - a->mean[0];
  double chance = a->sd * sqrt(1 / (double)a->seen[0] + 1 / (double)a->seen[1]);
  if (fabs(gap) > 0.25 * a->sd && fabs(gap) > 2 * chance)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_selected_on_outcome, MUSTER_SEVERITY_SEVERE,
                           "the treated stood %.2f standard deviations %s the comparison before the start",
                           fabs(gap) / a->sd, gap > 0 ? "above" : "below"));
  return muster_guard_baseline_gap(gap, a->sd, list, err);
}

static muster_status speak(const muster_panel *p, const arms *a, muster_warnings *list, muster_error *err) {
  bool comparison = a->units[0] > 0 || a->starts > 1 || p->reversible; /* a dose that moves compares with itself */
  MUSTER_TRY(muster_guard_no_comparison(comparison, list, err));
  if (a->mixed && p->n_clusters < 40)
    MUSTER_TRY(muster_warn(list, err, MUSTER_GUARD_few_clusters, MUSTER_SEVERITY_CAUTION,
                           "%zu clusters, %zu of them with treated and comparison units: fewer than 40", p->n_clusters,
                           a->mixed));
  if (a->units[0] && !a->mixed) MUSTER_TRY(muster_guard_clusters(a->clusters[1], a->clusters[0], list, err));
  MUSTER_TRY(muster_guard_staggered(a->starts, NAN, list, err));
  if (a->seen[0] && a->seen[1]) MUSTER_TRY(compare_baselines(a, list, err));
  if (p->n_units > p->n_clusters) { /* pupils in schools: an arm of schools is judged by its clusters */
    MUSTER_TRY(muster_guard_cells(a->units[1], "the treated", list, err));
    if (a->units[0]) MUSTER_TRY(muster_guard_cells(a->units[0], "the comparison", list, err));
  }
  return a->units[0] ? muster_guard_composition(&a->roll, list, err) : MUSTER_OK;
}

muster_status muster_guard_panel(const muster_panel *panel, muster_warnings *list, muster_error *err) {
  arms a = {.first_start = INFINITY};
  for (size_t u = 0; u < panel->n_units; u++) {
    bool treated = !isnan(panel->cohort[u]);
    a.units[treated]++;
    if (treated) a.first_start = fmin(a.first_start, panel->cohort[u]);
  }
  if (!a.units[1]) {
    muster_fail(err, MUSTER_DATA, "nobody in the panel is treated");
    muster_error_expected(err, "units with a time at which they start");
    return MUSTER_DATA;
  }
  a.starts = muster_panel_cohorts(panel, NULL, NULL);
  MUSTER_TRY(count_clusters(panel, &a, err));
  look(panel, &a);
  return speak(panel, &a, list, err);
}
