/* The estimate without each cluster in turn. */
#include "muster/impact/cluster_jackknife.h"

#include <math.h>

#include "regression.h"

enum { NEVER = 1, TREATED = 2, ARMS = 4 }; /* NEVER | TREATED: clusters with both */

static void mark_arms(const muster_panel *p, unsigned char *arm) {
  for (size_t u = 0; u < p->n_units; u++) arm[p->cluster[p->first_row[u]]] |= isnan(p->cohort[u]) ? NEVER : TREATED;
}

static muster_status without(const muster_panel *p, size_t cluster, unsigned char *keep, muster_panel_estimate estimate,
                             void *context, double *found, muster_error *err) {
  muster_panel rest = {0};
  for (size_t u = 0; u < p->n_units; u++) keep[u] = p->cluster[p->first_row[u]] != cluster;
  muster_status status = muster_panel_of_units(p, keep, &rest, err);
  if (status == MUSTER_OK) status = estimate(&rest, context, found, err);
  muster_panel_free(&rest);
  if (status == MUSTER_OK && !isfinite(*found)) status = muster_not_identified(err);
  if (status == MUSTER_DATA) muster_error_wrap(err, "without cluster %zu of %zu", cluster + 1, p->n_clusters);
  return status;
}

static muster_status leave_out(const muster_panel *p, muster_panel_estimate estimate, void *context,
                               const unsigned char *arm, unsigned char *keep, muster_jackknife *out,
                               muster_error *err) {
  double part[ARMS] = {0}, count[ARMS] = {0}, all = 0, spread = 0;
  for (size_t c = 0; c < p->n_clusters; c++) {
    double found = NAN;
    MUSTER_TRY(without(p, c, keep, estimate, context, &found, err));
    double off = found - out->estimate;
    part[arm[c]] += off * off;
    count[arm[c]]++;
    all += off * off;
    out->least = fmin(out->least, found);
    out->most = fmax(out->most, found);
  }
  for (size_t a = 0; a < ARMS; a++)
    if (part[a] > 0) spread += part[a] * part[a] / fmax(count[a] - 1, 1);
  double g = (double)p->n_clusters;
  out->std_error = sqrt((g - 1) / g * all);
  out->df = spread > 0 ? all * all / spread : NAN;
  return MUSTER_OK;
}

muster_status muster_cluster_jackknife(const muster_panel *panel, muster_panel_estimate estimate, void *context,
                                       muster_jackknife *out, muster_error *err) {
  *out = (muster_jackknife){.least = INFINITY, .most = -INFINITY, .n_clusters = panel->n_clusters};
  MUSTER_TRY(muster_regress_check_clusters(panel, err));
  MUSTER_TRY(estimate(panel, context, &out->estimate, err));
  unsigned char *arm = muster_alloc(panel->n_clusters, 1), *keep = muster_alloc(panel->n_units, 1);
  muster_status status = arm && keep ? MUSTER_OK : muster_fail_memory(err);
  if (status == MUSTER_OK) {
    mark_arms(panel, arm);
    status = leave_out(panel, estimate, context, arm, keep, out, err);
  }
  muster_free(arm);
  muster_free(keep);
  return status;
}
