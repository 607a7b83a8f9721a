/* Adjusted p-values by sorting once and sweeping. */
#include "muster/impact/multiple_testing.h"

#include <math.h>
#include <stdlib.h>

typedef struct test {
  double p, adjusted;
  size_t place;
} test;

static int by_p(const void *a, const void *b) {
  const test *x = a, *y = b;
  if (x->p != y->p) return x->p < y->p ? -1 : 1;
  return (x->place > y->place) - (x->place < y->place);
}

const char *muster_adjustment_name(muster_adjustment how) {
  static const char *const names[] = {"bonferroni", "holm", "hochberg", "hommel", "BH", "BY"};
  return (size_t)how < sizeof names / sizeof *names ? names[how] : NULL;
}

/* From the smallest up: each at least its predecessor. */
static void step_down(test *t, size_t n) {
  double most = 0;
  for (size_t i = 0; i < n; i++) {
    most = fmax(most, t[i].p * (double)(n - i));
    t[i].adjusted = fmin(most, 1);
  }
}

/* From the largest down: each at most its successor. `kind` picks the factor. */
static void step_up(test *t, size_t n, muster_adjustment how) {
  double least = 1, harmonic = 0;
  for (size_t i = 1; i <= n; i++) harmonic += 1 / (double)i;
  for (size_t i = n; i-- > 0;) {
    double rank = (double)(i + 1), factor = (double)n / rank;
    if (how == MUSTER_HOCHBERG) factor = (double)(n - i);
    if (how == MUSTER_BENJAMINI_YEKUTIELI) factor *= harmonic;
    least = fmin(least, t[i].p * factor);
    t[i].adjusted = least;
  }
}

/* Hommel: for every size m of a set of true nulls, the smallest Simes value its largest p-values allow. */
static void closed(test *t, size_t n) {
  double all = 1;
  for (size_t i = 0; i < n; i++) all = fmin(all, (double)n * t[i].p / (double)(i + 1));
  for (size_t i = 0; i < n; i++) t[i].adjusted = fmax(all, t[i].p);
  for (size_t m = n - 1; m >= 2 && n > 2; m--) {
    size_t head = n - m + 1; /* the largest m - 1 come after these */
    double simes = INFINITY;
    for (size_t j = head; j < n; j++) simes = fmin(simes, (double)m * t[j].p / (double)(j - head + 2));
    double last = 0;
    for (size_t i = 0; i < head; i++) {
      last = fmin((double)m * t[i].p, simes);
      t[i].adjusted = fmax(t[i].adjusted, last);
    }
    for (size_t i = head; i < n; i++) t[i].adjusted = fmax(t[i].adjusted, last);
  }
  for (size_t i = 0; i < n; i++) t[i].adjusted = fmin(t[i].adjusted, 1);
}

muster_status muster_p_adjust(muster_adjustment how, const double *p, size_t n, double *out, muster_error *err) {
  test *t = muster_alloc(n, sizeof *t);
  if (!t) return muster_fail_memory(err);
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    if (p[i] < 0 || p[i] > 1) {
      muster_free(t);
      muster_fail(err, MUSTER_DATA, "%g is no p-value", p[i]);
      muster_error_expected(err, "a number from 0 to 1");
      return MUSTER_DATA;
    }
    if (!isnan(p[i])) t[count++] = (test){.p = p[i], .place = i};
  }
  qsort(t, count, sizeof *t, by_p);
  switch (how) {
    case MUSTER_BONFERRONI:
      for (size_t i = 0; i < count; i++) t[i].adjusted = fmin(t[i].p * (double)count, 1);
      break;
    case MUSTER_HOLM: step_down(t, count); break;
    case MUSTER_HOMMEL: closed(t, count); break;
    case MUSTER_HOCHBERG:
    case MUSTER_BENJAMINI_HOCHBERG:
    case MUSTER_BENJAMINI_YEKUTIELI: step_up(t, count, how); break;
  }
  for (size_t i = 0; i < n; i++) out[i] = NAN;
  for (size_t i = 0; i < count; i++) out[t[i].place] = t[i].adjusted;
  muster_free(t);
  return MUSTER_OK;
}
