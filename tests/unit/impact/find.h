/* A row of results by its names. */
#ifndef MUSTER_TEST_FIND_H
#define MUSTER_TEST_FIND_H

#include <math.h>
#include <string.h>

#include "muster/impact/estimate.h"

/** The first row with this estimator and term, and group and time when they are not NaN; NULL when there is none. */
static inline const muster_estimate *estimates_find(const muster_estimates *list, const char *estimator,
                                                    const char *term, double group, double time) {
  for (size_t i = 0; i < list->count; i++) {
    const muster_estimate *row = &list->at[i];
    if (strcmp(row->estimator, estimator) != 0 || strcmp(row->term, term) != 0) continue;
    if (!isnan(group) && !(row->group == group)) continue;
    if (!isnan(time) && !(row->time == time)) continue;
    return row;
  }
  return NULL;
}

#endif
