/* muster/engine/compare.h - why two definitions give different numbers, pupil by pupil. */
#ifndef MUSTER_ENGINE_COMPARE_H
#define MUSTER_ENGINE_COMPARE_H

#include "muster/register.h"

MUSTER_BEGIN_DECLS

/** An enrolment on which the two disagree: who is counted, who is persistently or severely absent. */
typedef struct muster_difference {
  uint32_t pupil; /* enrolment */
  muster_tally first, second;
  char reason[160];
} muster_difference;

typedef struct muster_comparison {
  muster_difference *rows; /* in the order of the register */
  size_t count, capacity;
  muster_tally first, second; /* totals of all enrolments */
} muster_comparison;

/** Compares over a window at a date. @retval MUSTER_USAGE  the window cannot be read */
MUSTER_CHECK muster_status muster_compare(const muster_register *reg, const char *period, muster_date as_of,
                                          const muster_definition *first, const muster_definition *second,
                                          muster_comparison *out, muster_error *err);
void muster_comparison_free(muster_comparison *comparison);

MUSTER_END_DECLS
#endif
