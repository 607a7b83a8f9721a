/* Panels made from reference files, for the tests. */
#ifndef MUSTER_TEST_FRAMES_H
#define MUSTER_TEST_FRAMES_H

#include "golden.h"
#include "muster/impact.h"

/** Columns by name; those that are NULL are not used. `cohort` NaN or 0 is never treated. */
typedef struct frame_spec {
  const char *file, *unit, *time, *y, *cluster, *cohort, *treated, *weight;
  const char *covariates[4];
} frame_spec;

/** Reads and builds a panel; fails the test with the error when it cannot, skips it without the file. */
muster_panel frame_panel(const frame_spec *spec);

/** base_did and base_did_g12: treated from period 6 where treat is 1. `covariate` may be NULL. */
muster_panel frame_base_did(const char *file, const char *covariate);

/** A small deterministic panel: `units` x `times`, unit u treated from time starts[u % n_starts] (0 = never), outcome
 * with unit and time effects, a wave, and `effect` for each time since the start. Columns are kept so that a test can
 * change them before muster_panel_build. */
typedef struct toy {
  size_t n;
  uint32_t *unit, *cluster;
  double *time, *y, *cohort, *x, *weight;
  const double **covariates; /* the one covariate, x */
  muster_columns columns;    /* without it until n_covariates is set to 1 */
} toy;

toy toy_make(size_t units, size_t times, const double *starts, size_t n_starts, double effect);
void toy_free(toy *t);

/** Builds, or fails the test with the error. */
muster_panel toy_panel(const muster_columns *columns);

#endif
