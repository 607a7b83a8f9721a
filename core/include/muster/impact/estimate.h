/* muster/impact/estimate.h - what an estimator answers: rows of estimates.csv. */
#ifndef MUSTER_IMPACT_ESTIMATE_H
#define MUSTER_IMPACT_ESTIMATE_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** One row. NaN is a blank: a figure that does not apply, never a zero. Counts of 0 are blanks too. */
typedef struct muster_estimate {
  const char *estimator, *outcome, *term;
  double group, time; /* cohort; calendar time, or time since the start */
  double estimate, std_error, conf_low, conf_high, p_value;
  double df; /* of the t distribution behind interval and p; infinite = normal */
  size_t n_units, n_obs, n_clusters;
  const char *note; /* convention of the standard error, and whatever the reader must know */
} muster_estimate;

/** A growing list that owns its texts. Zero-initialise, then use; free with muster_estimates_free. */
typedef struct muster_estimates {
  muster_estimate *at;
  size_t count, capacity;
  muster_arena arena;
} muster_estimates;

/** A row with every figure blank. */
muster_estimate muster_estimate_blank(const char *estimator, const char *outcome, const char *term);

/** Fills estimate, std_error, the interval at `level` (0.95) and the two-sided p of "no effect" from t with `df`
 * degrees of freedom (infinite: normal). With a standard error that is 0 or NaN interval and p stay blank. */
void muster_estimate_fill(muster_estimate *row, double estimate, double std_error, double df, double level);

/** Appends a copy of `row`; texts are copied too (NULL becomes ""). */
MUSTER_CHECK muster_status muster_estimates_add(muster_estimates *list, const muster_estimate *row, muster_error *err);

/** The rows as CSV with header, each line beginning with the name of the study; numbers in the shortest text that reads
 * back as the same double. */
void muster_estimates_csv(const muster_estimates *list, const char *study, muster_buf *out);

void muster_estimates_free(muster_estimates *list);

MUSTER_END_DECLS
#endif
