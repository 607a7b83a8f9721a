/* muster/chart.h - charts: spec, scales, layout, display list, PNG and SVG. */
#ifndef MUSTER_CHART_H
#define MUSTER_CHART_H

#include "muster/chart/list.h"
#include "muster/chart/recipe.h"
#include "muster/chart/render.h"
#include "muster/chart/spec.h"

#endif
