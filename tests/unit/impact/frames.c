/* Panels for the tests: from reference files, and toys. */
#include "frames.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const double zero = 0;
static const char *const toy_names[] = {"x"};

muster_panel toy_panel(const muster_columns *columns) {
  muster_panel panel;
  muster_error err = {0};
  if (muster_panel_build(columns, &panel, &err) != MUSTER_OK) fail_msg("%s", err.what);
  return panel;
}

muster_panel frame_panel(const frame_spec *spec) {
  golden_csv csv = golden_read(spec->file);
  uint32_t *unit = golden_factor(&csv, spec->unit, NULL);
  uint32_t *cluster = spec->cluster ? golden_factor(&csv, spec->cluster, NULL) : NULL;
  double *time = golden_numbers(&csv, spec->time), *y = golden_numbers(&csv, spec->y);
  double *cohort = spec->cohort ? golden_numbers(&csv, spec->cohort) : NULL;
  double *treated = spec->treated ? golden_numbers(&csv, spec->treated) : NULL;
  double *weight = spec->weight ? golden_numbers(&csv, spec->weight) : NULL;
  double *covariates[4];
  size_t k = 0;
  for (; k < 4 && spec->covariates[k]; k++) covariates[k] = golden_numbers(&csv, spec->covariates[k]);
  muster_columns columns = {.n = csv.rows,
                            .unit = unit,
                            .time = time,
                            .y = y,
                            .weight = weight,
                            .cluster = cluster,
                            .cohort = cohort,
                            .never = &zero,
                            .n_never = 1,
                            .treated = treated,
                            .n_covariates = k,
                            .covariates = (const double *const *)covariates,
                            .names = spec->covariates};
  muster_panel panel = toy_panel(&columns);
  for (size_t j = 0; j < k; j++) muster_free(covariates[j]);
  muster_free(unit);
  muster_free(cluster);
  muster_free(time);
  muster_free(y);
  muster_free(cohort);
  muster_free(treated);
  muster_free(weight);
  golden_free(&csv);
  return panel;
}

muster_panel frame_base_did(const char *file, const char *covariate) {
  golden_csv csv = golden_read(file);
  uint32_t *unit = golden_factor(&csv, "id", NULL);
  double *time = golden_numbers(&csv, "period"), *y = golden_numbers(&csv, "y"), *x1 = golden_numbers(&csv, "x1"),
         *treat = golden_numbers(&csv, "treat");
  for (size_t i = 0; i < csv.rows; i++) treat[i] = treat[i] > 0 ? 6 : NAN;
  const double *covariates[] = {x1};
  muster_columns columns = {.n = csv.rows,
                            .unit = unit,
                            .time = time,
                            .y = y,
                            .cohort = treat,
                            .n_covariates = covariate ? 1 : 0,
                            .covariates = covariates,
                            .names = &covariate};
  muster_panel panel = toy_panel(&columns);
  muster_free(unit);
  muster_free(time);
  muster_free(y);
  muster_free(x1);
  muster_free(treat);
  golden_free(&csv);
  return panel;
}

/* A fixed irregular sequence in (-1, 1). */
static double wave(size_t i) {
  double x = sin((double)i * 12.9898 + 78.233) * 43758.5453;
  return 2 * (x - floor(x)) - 1;
}

toy toy_make(size_t units, size_t times, const double *starts, size_t n_starts, double effect) {
  toy t = {.n = units * times};
  t.unit = muster_alloc(t.n, sizeof *t.unit);
  t.cluster = muster_alloc(t.n, sizeof *t.cluster);
  t.time = muster_alloc(t.n, sizeof *t.time);
  t.y = muster_alloc(t.n, sizeof *t.y);
  t.cohort = muster_alloc(t.n, sizeof *t.cohort);
  t.x = muster_alloc(t.n, sizeof *t.x);
  t.weight = muster_alloc(t.n, sizeof *t.weight);
  t.covariates = muster_alloc(1, sizeof *t.covariates);
  assert_true(t.covariates && t.unit && t.cluster && t.time && t.y && t.cohort && t.x && t.weight);
  t.covariates[0] = t.x;
  for (size_t u = 0; u < units; u++) {
    double start = starts[u % n_starts];
    for (size_t s = 0; s < times; s++) {
      size_t i = u * times + s;
      double time = (double)s + 1;
      t.unit[i] = (uint32_t)u;
      t.cluster[i] = (uint32_t)(u / 3);
      t.time[i] = time;
      t.cohort[i] = start;
      t.x[i] = wave(7 * i + 3) + 0.3 * wave(u);
      t.weight[i] = 1 + 0.5 * wave(u + 1000);
      t.y[i] = 5 + wave(u) + sin(time) + 0.4 * t.x[i] + wave(i);
      if (start > 0 && time >= start) t.y[i] += effect * (time - start + 1);
    }
  }
  t.columns = (muster_columns){.n = t.n,
                               .unit = t.unit,
                               .time = t.time,
                               .y = t.y,
                               .cohort = t.cohort,
                               .never = &zero,
                               .n_never = 1,
                               .covariates = t.covariates,
                               .names = toy_names};
  return t;
}

void toy_free(toy *t) {
  muster_free(t->covariates);
  muster_free(t->unit);
  muster_free(t->cluster);
  muster_free(t->time);
  muster_free(t->y);
  muster_free(t->cohort);
  muster_free(t->x);
  muster_free(t->weight);
}
