/* What became of a pupil, with the whole year in sight: the one part of a backtest that may look ahead. */
#ifndef MUSTER_ENGINE_OUTCOME_H
#define MUSTER_ENGINE_OUTCOME_H

#include "muster/engine/backtest.h"

enum { MUSTER_MOST_CASES = 8 };

/** The cases of one school year: the stretch in which a flag counts, and the stretch that the outcome is about. */
typedef struct muster_case {
  muster_date from, to;
  muster_range about;
} muster_case;

typedef struct muster_cases {
  muster_outcome outcome;
  muster_case at[MUSTER_MOST_CASES];
  size_t count;
} muster_cases;

/** @retval MUSTER_DATA  no two half terms */
MUSTER_CHECK muster_status muster_cases_of(const muster_register *reg, muster_outcome outcome, int year,
                                           muster_cases *cases, muster_error *err);

/** Has the view's pupil, turned to the end of the year, the sessions that case `k` is about.
 * @param[out] settled  the day the outcome was settled, MUSTER_NO_DATE when it did not come */
bool muster_case_counts(const muster_cases *cases, size_t k, muster_view *view, muster_date *settled);

#endif
