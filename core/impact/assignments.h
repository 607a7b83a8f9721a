/* Assignments of labels to clusters within strata: every distinct one, or seeded draws. Private to the room. */
#ifndef MUSTER_IMPACT_ASSIGNMENTS_PRIVATE_H
#define MUSTER_IMPACT_ASSIGNMENTS_PRIVATE_H

#include <gsl/gsl_rng.h>

#include "muster/base.h"

typedef struct muster_assignments {
  size_t n, strata;
  size_t *order;   /* [n] clusters, stratum by stratum */
  size_t *first;   /* [strata + 1] */
  uint32_t *at;    /* [n] labels in `order` */
  uint32_t *label; /* [n] labels by cluster: the assignment at hand */
  size_t count;    /* assignments to come in all: exact, or the draws */
  size_t done;
  bool exact;
  gsl_rng *rng;
} muster_assignments;

/** @param most  take all distinct assignments when there are no more than this; else `draws` random ones */
MUSTER_CHECK muster_status muster_assignments_start(const uint32_t *label, const uint32_t *stratum, size_t n,
                                                    size_t most, size_t draws, uint64_t seed, muster_assignments *out,
                                                    muster_error *err);

/** Puts the next assignment into `label`; false when there is none left. */
bool muster_assignments_next(muster_assignments *assignments);

void muster_assignments_free(muster_assignments *assignments);

#endif
