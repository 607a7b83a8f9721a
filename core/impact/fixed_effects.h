/* Two-way fixed effects on a panel of any size: unit effects eliminated exactly, time effects and regressors solved
 * together, clusters known by their sums. Private to the room.
 *
 * Columns are numbered: times 0 .. T-1, then events, then dense columns. Time 0 and whatever earlier columns and the
 * unit effects explain are left out (kept = false, theta = 0, bread rows 0). */
#ifndef MUSTER_IMPACT_FIXED_EFFECTS_PRIVATE_H
#define MUSTER_IMPACT_FIXED_EFFECTS_PRIVATE_H

#include "muster/impact/linear.h"
#include "muster/impact/panel.h"

typedef struct muster_fe_model {
  const muster_panel *panel; /* clusters must nest the units */
  const uint8_t *skip;       /* [n_obs] rows left out, or NULL */
  const int32_t *event;      /* [n_obs] indicator column that a row switches on, below 0 = none; NULL without events */
  size_t n_events;
  size_t n_dense;
  const double *const *dense; /* [n_dense][n_obs] */
  const double *y;            /* [n_obs]; NULL = the panel's */
} muster_fe_model;

typedef struct muster_fe {
  muster_fe_model model;
  size_t m;            /* columns */
  double *normal;      /* [m + 1][m + 1] cross products after the units are out; the last is the outcome */
  double *length;      /* [m + 1] sum of squares before */
  bool *kept;          /* [m] */
  double *theta;       /* [m] */
  double *bread;       /* [m][m] */
  double *unit_effect; /* [n_units]; NaN for units without rows */
  double *score;       /* [n_clusters][m] sums of w r e */
  size_t n_obs, n_units, n_clusters; /* with rows */
  size_t rank, regressors;           /* columns kept; those that are not times */
  double rss;
} muster_fe;

/** Cross products only: no solution yet. With `by_cluster` [n_clusters][m+1][m+1] also one matrix for each cluster. */
MUSTER_CHECK muster_status muster_fe_accumulate(const muster_fe_model *model, double *by_cluster, muster_fe *fe,
                                                muster_error *err);

/** Solves cross products: picks columns, fills kept, theta and bread. Works on any sum of cluster matrices. */
MUSTER_CHECK muster_status muster_fe_solve(muster_fe *fe, muster_error *err);

/** Only kept and theta, for cross products that are drawn again and again. Reads the upper triangle of `normal`.
 * @param room  [m][m + 1] */
void muster_fe_solve_theta(muster_fe *fe, double *room);

/** The most doubles that cross products of all clusters may take: 256 MB. */
#define MUSTER_FE_MOST_HELD ((size_t)1 << 25)

/** Accumulates, solves, and walks the rows again for unit effects, residual sum and cluster scores. */
MUSTER_CHECK muster_status muster_fe_fit(const muster_fe_model *model, muster_fe *fe, muster_error *err);

/** The column `column` with everything else partialled out: per row into `out` [n_obs] (0 for skipped rows), and its
 * sums w r x over clusters into `sums` [n_clusters][m], zeroed; either may be NULL. Its weighted sum of squares is 1 /
 * bread[column][column]. */
MUSTER_CHECK muster_status muster_fe_partial(const muster_fe *fe, size_t column, double *out, double *sums,
                                             muster_error *err);

void muster_fe_free(muster_fe *fe);

#endif
