/* Sorting and quantiles of plain doubles. Private to the room. */
#ifndef MUSTER_IMPACT_ORDER_PRIVATE_H
#define MUSTER_IMPACT_ORDER_PRIVATE_H

#include <stddef.h>

void muster_sort(double *values, size_t n);

/** Linear interpolation between order statistics (type 7). */
double muster_quantile(const double *sorted, size_t n, double p);

/** Sorts and drops repeats. @return how many are left */
size_t muster_distinct(double *values, size_t n);

/** Place of `value` in ascending `sorted`, or `n`. */
size_t muster_place(const double *sorted, size_t n, double value);

#endif
