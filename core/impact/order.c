/* Sorting and quantiles of plain doubles. */
#include "order.h"

#include <gsl/gsl_statistics_double.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

void muster_sort(double *values, size_t n) { qsort(values, n, sizeof *values, by_value); }

double muster_quantile(const double *sorted, size_t n, double p) {
  return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

size_t muster_distinct(double *values, size_t n) {
  muster_sort(values, n);
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    if (!kept || values[i] != values[kept - 1]) values[kept++] = values[i];
  }
  return kept;
}

size_t muster_place(const double *sorted, size_t n, double value) {
  const double *at = n ? bsearch(&value, sorted, n, sizeof *sorted, by_value) : NULL;
  return at ? (size_t)(at - sorted) : n;
}
