/* muster/impact/cluster_jackknife.h - an interval for any estimator of a panel when clusters are few.
 *
 * Every cluster is left out once and the estimate made anew. With d_g the estimate without cluster g less the estimate
 * of all, the variance is (G-1)/G sum d_g^2 (CV3 of MacKinnon, Nielsen & Webb 2023, Journal of Applied Econometrics
 * 38:671). The degrees of freedom are those of Satterthwaite (1946) over the arms: with v_a the part of the variance
 * that clusters of arm a bring, (sum v_a)^2 / sum v_a^2/(G_a - 1). For two arms that is Welch's test on cluster means,
 * a little to the safe side. */
#ifndef MUSTER_IMPACT_CLUSTER_JACKKNIFE_H
#define MUSTER_IMPACT_CLUSTER_JACKKNIFE_H

#include "muster/impact/panel.h"

MUSTER_BEGIN_DECLS

/** One estimate from a panel: what is made anew without each cluster.
 * @retval MUSTER_DATA  this panel does not carry it */
typedef muster_status (*muster_panel_estimate)(const muster_panel *panel, void *context, double *estimate,
                                               muster_error *err);

typedef struct muster_jackknife {
  double estimate, std_error, df;
  double least, most; /* of the estimates without one cluster */
  size_t n_clusters;
} muster_jackknife;

/** @retval MUSTER_DATA  units change their cluster, one cluster, or the estimate needs a cluster that was left out: an
 * arm of a single cluster has no jackknife */
MUSTER_CHECK muster_status muster_cluster_jackknife(const muster_panel *panel, muster_panel_estimate estimate,
                                                    void *context, muster_jackknife *out, muster_error *err);

MUSTER_END_DECLS
#endif
