/* Sorted scores with pointers over the places that are gone, halved as they are followed. */
#include "shelf.h"

#include <math.h>
#include <stdlib.h>

static int in_order(const void *a, const void *b) {
  const muster_bench_shelf_place *x = a, *y = b;
  if (x->block != y->block) return x->block < y->block ? -1 : 1;
  if (x->score != y->score) return x->score < y->score ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

void muster_bench_shelf_free(muster_bench_shelf *shelf) {
  muster_free(shelf->place);
  muster_free(shelf->right);
  *shelf = (muster_bench_shelf){.n = 0};
}

muster_status muster_bench_shelf_fill(const size_t *rows, size_t n, const double *score, const uint32_t *block,
                                      double same, muster_bench_shelf *out, muster_error *err) {
  *out = (muster_bench_shelf){.n = n,
                              .place = muster_alloc(n, sizeof *out->place),
                              .right = muster_alloc(2 * (n + 1), sizeof *out->right),
                              .same = same};
  if (!out->place || !out->right) {
    muster_bench_shelf_free(out);
    return muster_fail_memory(err);
  }
  out->left = out->right + n + 1;
  for (size_t i = 0; i < n; i++)
    out->place[i] = (muster_bench_shelf_place){score[rows[i]], block ? block[rows[i]] : 0, rows[i]};
  qsort(out->place, n, sizeof *out->place, in_order);
  for (size_t i = 0; i <= n; i++) out->right[i] = out->left[i] = i;
  return MUSTER_OK;
}

/** Follows `next` to its end. */
static size_t follow(size_t *next, size_t at) {
  while (next[at] != at) at = next[at] = next[next[at]];
  return at;
}

void muster_bench_shelf_take(muster_bench_shelf *shelf, size_t place) {
  shelf->right[place] = place + 1;
  shelf->left[place + 1] = place;
}

/** First place that does not come before (block, score). */
static size_t seek(const muster_bench_shelf *shelf, uint32_t block, double score) {
  size_t low = 0, high = shelf->n;
  muster_bench_shelf_place wanted = {score, block, 0};
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (in_order(&shelf->place[middle], &wanted) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t muster_bench_shelf_nearest(muster_bench_shelf *shelf, double score, uint32_t block, double reach, bool *tied) {
  const muster_bench_shelf_place *place = shelf->place;
  size_t at = seek(shelf, block, score), first_right = follow(shelf->right, at), first_left = follow(shelf->left, at);
  double best = INFINITY;
  if (first_right < shelf->n && place[first_right].block == block) best = place[first_right].score - score;
  if (first_left > 0 && place[first_left - 1].block == block) best = fmin(best, score - place[first_left - 1].score);
  *tied = false;
  if (!(best <= reach)) return SIZE_MAX;
  size_t found = SIZE_MAX;
  for (size_t i = first_right; i < shelf->n && place[i].block == block && place[i].score - score <= best + shelf->same;
       i = follow(shelf->right, i + 1)) {
    *tied = found != SIZE_MAX;
    if (!*tied || place[i].row < place[found].row) found = i;
  }
  for (size_t i = first_left; i > 0 && place[i - 1].block == block && score - place[i - 1].score <= best + shelf->same;
       i = follow(shelf->left, i - 1)) {
    *tied = found != SIZE_MAX;
    if (!*tied || place[i - 1].row < place[found].row) found = i - 1;
  }
  return found;
}
