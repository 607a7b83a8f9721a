/* muster/impact/multiple_testing.h - p-values of many tests at once. */
#ifndef MUSTER_IMPACT_MULTIPLE_TESTING_H
#define MUSTER_IMPACT_MULTIPLE_TESTING_H

#include "muster/base.h"

MUSTER_BEGIN_DECLS

/** Bonferroni, Holm (1979), Hochberg (1988) and Hommel (1988) hold the chance of any false finding; Benjamini &
 * Hochberg (1995) and Benjamini & Yekutieli (2001) the expected share of false ones among the findings. */
typedef enum muster_adjustment {
  MUSTER_BONFERRONI,
  MUSTER_HOLM,
  MUSTER_HOCHBERG,
  MUSTER_HOMMEL,
  MUSTER_BENJAMINI_HOCHBERG,
  MUSTER_BENJAMINI_YEKUTIELI,
} muster_adjustment;

/** Adjusted p-values in the order of `p`; `out` may be `p`. NaN stays NaN and does not count as a test.
 * @retval MUSTER_DATA  a p-value outside 0 to 1 */
MUSTER_CHECK muster_status muster_p_adjust(muster_adjustment how, const double *p, size_t n, double *out,
                                           muster_error *err);

/** "BH", "holm", ... as in rows and scripts; NULL for an unknown number. */
const char *muster_adjustment_name(muster_adjustment how);

MUSTER_END_DECLS
#endif
