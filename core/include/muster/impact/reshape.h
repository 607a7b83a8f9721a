/* muster/impact/reshape.h - one panel in the shapes that estimators read: a block, a pair of series, two windows.
 * All three need one common start; staggered panels belong to callaway_santanna. Means are weighted by the panel's
 * weight (possible sessions), so that a rate stays a pooled rate. */
#ifndef MUSTER_IMPACT_RESHAPE_H
#define MUSTER_IMPACT_RESHAPE_H

#include "muster/impact/its.h"
#include "muster/impact/panel.h"
#include "muster/impact/synthetic_control.h"

MUSTER_BEGIN_DECLS

/** The one time at which treatment starts. @retval MUSTER_DATA  nobody is treated, or starts are staggered */
MUSTER_CHECK muster_status muster_panel_start(const muster_panel *panel, uint32_t *start, muster_error *err);

/** A balanced panel as a block. Owned; free with muster_block_free. */
typedef struct muster_block {
  muster_block_panel panel;
  double *y;
  unsigned char *treated;
} muster_block;
MUSTER_CHECK muster_status muster_block_of(const muster_panel *panel, muster_block *out, muster_error *err);
void muster_block_free(muster_block *block);

/** Mean outcome by time, of the treated and of the never treated. Owned; free with muster_series_free. */
typedef struct muster_series {
  size_t n, start;
  double *treated, *control; /* [n]; `control` is NULL when there are none */
} muster_series;
MUSTER_CHECK muster_status muster_series_of(const muster_panel *panel, muster_series *out, muster_error *err);
void muster_series_free(muster_series *series);

/** One row a unit that was seen on both sides of the start. Owned; free with muster_two_windows_free. */
typedef struct muster_two_windows {
  size_t n, k, n_dropped; /* dropped: units seen on one side only */
  double *earlier;        /* [n] mean of the first half of the time before the start; NaN: not seen there */
  double *before;         /* [n] mean of all time before the start, or of its second half when split */
  double *after;          /* [n] */
  unsigned char *treated; /* [n] */
  uint32_t *cluster;      /* [n] dense, 0 .. n_clusters-1 */
  size_t n_clusters;
  double **covariate; /* [k][n] of the unit's first row */
  double *room;
} muster_two_windows;

/** @param lost   units that were not seen after the start are kept too, with NaN in `after`
 * @param split  the first half of the time before the start becomes `earlier`, the second half `before`: pupils are
 * then chosen on the second, and the first shows how much of their distance lasts */
MUSTER_CHECK muster_status muster_two_windows_of(const muster_panel *panel, bool split, bool lost,
                                                 muster_two_windows *out, muster_error *err);
void muster_two_windows_free(muster_two_windows *windows);

MUSTER_END_DECLS
#endif
