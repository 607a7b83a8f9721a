/* muster/engine/weekly.h - pooled counts a school week, for lines and sparklines. */
#ifndef MUSTER_ENGINE_WEEKLY_H
#define MUSTER_ENGINE_WEEKLY_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** Counts of some pupils in one week. The sums of rates and their squares give the standard error between pupils. */
typedef struct muster_week_part {
  uint64_t possible, absent, unauthorised, pupils; /* pupils with possible sessions that week */
  double rate_sum, rate_square_sum;
} muster_week_part;

/** A week, of those for whom an attribute is true and of all others. */
typedef struct muster_week_sum {
  int32_t week;
  muster_week_part yes, no;
} muster_week_sum;

typedef struct muster_weekly {
  muster_week_sum *weeks; /* school weeks of the as-of school year, ascending; of school s: weeks[s * week_count + k] */
  size_t week_count, school_count;
} muster_weekly;

/** Sums every school's weeks up to the as-of date. @param attribute  such as "fsm"; pupils without a value are in `no`
 */
MUSTER_CHECK muster_status muster_weekly_sum(const muster_register *reg, const char *attribute, muster_date as_of,
                                             unsigned jobs, muster_weekly *out, muster_error *err);
void muster_weekly_free(muster_weekly *weekly);

/** Week k of all schools together. */
muster_week_sum muster_weekly_all(const muster_weekly *weekly, size_t k);

MUSTER_END_DECLS
#endif
