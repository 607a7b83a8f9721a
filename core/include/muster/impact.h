/* muster/impact.h - did it work? Panels, estimators with named conventions, inference for few clusters, guards.
 * Pure functions over columns: nothing here reads a file, prints, or keeps state between calls. */
#ifndef MUSTER_IMPACT_H
#define MUSTER_IMPACT_H

#include "muster/impact/distribution.h"
#include "muster/impact/estimate.h"
#include "muster/impact/event_study.h"
#include "muster/impact/linear.h"
#include "muster/impact/panel.h"
#include "muster/impact/simultaneous.h"
#include "muster/impact/twfe.h"

#endif
