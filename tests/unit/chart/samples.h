/* Made-up schools and pupils, the same every time: one chart of each kind for the tests and the gallery. */
#ifndef MUSTER_TEST_CHART_SAMPLES_H
#define MUSTER_TEST_CHART_SAMPLES_H

#include "muster/chart.h"

typedef struct sample {
  const char *name;
  muster_status (*make)(muster_chart *chart, muster_arena *keep, muster_error *err); /* inputs live in `keep` */
} sample;

extern const sample samples[];
extern const size_t sample_count;

/** Uniform in 0 to 1; the state is never 0. */
double sample_random(uint64_t *state);
/** About standard normal. */
double sample_normal(uint64_t *state);

/** School days of 2025/26 from a Monday on, holidays left out. @return how many were written */
size_t sample_days(muster_date from, muster_date to, muster_date *out, size_t most);

extern const muster_recipe_days sample_holidays[];
extern const size_t sample_holiday_count;

#endif
