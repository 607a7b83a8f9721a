/* muster/impact.h - did it work? Panels, estimators with named conventions, inference for few clusters, guards.
 * Pure functions over columns: nothing here reads a file, prints, or keeps state between calls. */
#ifndef MUSTER_IMPACT_H
#define MUSTER_IMPACT_H

#include "muster/impact/before_after.h"
#include "muster/impact/callaway_santanna.h"
#include "muster/impact/cluster_bootstrap.h"
#include "muster/impact/cluster_jackknife.h"
#include "muster/impact/distribution.h"
#include "muster/impact/estimate.h"
#include "muster/impact/event_study.h"
#include "muster/impact/glm.h"
#include "muster/impact/guards.h"
#include "muster/impact/imputation.h"
#include "muster/impact/its.h"
#include "muster/impact/linear.h"
#include "muster/impact/matching.h"
#include "muster/impact/multiple_imputation.h"
#include "muster/impact/multiple_testing.h"
#include "muster/impact/panel.h"
#include "muster/impact/permutation.h"
#include "muster/impact/power.h"
#include "muster/impact/rct.h"
#include "muster/impact/regression_to_the_mean.h"
#include "muster/impact/reshape.h"
#include "muster/impact/rows.h"
#include "muster/impact/simultaneous.h"
#include "muster/impact/subgroups.h"
#include "muster/impact/synthetic_control.h"
#include "muster/impact/twfe.h"

#endif
