/* Comparison rows sorted by block and score, from which the nearest free one is taken; within the room. */
#ifndef MUSTER_IMPACT_SHELF_H
#define MUSTER_IMPACT_SHELF_H

#include "muster/base.h"

typedef struct muster_bench_shelf_place {
  double score;
  uint32_t block;
  size_t row;
} muster_bench_shelf_place;

typedef struct muster_bench_shelf {
  size_t n;
  muster_bench_shelf_place *place; /* [n] by block, score, row */
  size_t *right, *left;            /* [n + 1] towards the next free place; place i is index i, and i + 1 in `left` */
  double same;                     /* distances this close are ties */
} muster_bench_shelf;

/** @param rows   [n] rows to put on the shelf
 * @param block  by row, or NULL */
MUSTER_CHECK muster_status muster_bench_shelf_fill(const size_t *rows, size_t n, const double *score,
                                                   const uint32_t *block, double same, muster_bench_shelf *out,
                                                   muster_error *err);
void muster_bench_shelf_free(muster_bench_shelf *shelf);

/** The free place nearest to `score` within `block` and `reach`, ties to the lowest row; SIZE_MAX when there is none.
 * @param tied  out, whether another one is as near */
size_t muster_bench_shelf_nearest(muster_bench_shelf *shelf, double score, uint32_t block, double reach, bool *tied);

/** Takes a place off the shelf. */
void muster_bench_shelf_take(muster_bench_shelf *shelf, size_t place);

#endif
