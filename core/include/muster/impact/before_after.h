/* muster/impact/before_after.h - the plain comparison of before and after, which by itself shows no effect.
 * Season, age, illness and the regression of chosen pupils to their usual level all move the figure; results carry a
 * note that says so and belong beside a comparison group. */
#ifndef MUSTER_IMPACT_BEFORE_AFTER_H
#define MUSTER_IMPACT_BEFORE_AFTER_H

#include "muster/impact/estimate.h"

MUSTER_BEGIN_DECLS

/** What every before/after says of itself. */
extern const char muster_before_after_note[];

typedef struct muster_before_after {
  double before, after;                               /* means */
  double estimate;                                    /* after - before */
  double std_error, df, p_value, conf_low, conf_high; /* 95%; NaN where all changes are alike */
  size_t n_before, n_after;
} muster_before_after;

/** The same `n` pupils or schools twice: one-sample t on the changes.
 * @retval MUSTER_DATA  fewer than two, or a value that is not finite */
MUSTER_CHECK muster_status muster_before_after_paired(const double *before, const double *after, size_t n,
                                                      muster_before_after *out, muster_error *err);

/** Two groups, not or not all the same: Welch's t. */
MUSTER_CHECK muster_status muster_before_after_welch(const double *before, size_t n_before, const double *after,
                                                     size_t n_after, muster_before_after *out, muster_error *err);

/** Adds the row `before_after` (paired) or `before_after_welch` with the note. */
MUSTER_CHECK muster_status muster_before_after_row(const muster_before_after *result, bool paired, const char *outcome,
                                                   muster_estimates *list, muster_error *err);

MUSTER_END_DECLS
#endif
