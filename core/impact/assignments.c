/* Distinct permutations of labels in lexicographic order, an odometer over the strata; or shuffles. */
#include "assignments.h"

#include <math.h>
#include <string.h>

#include "muster/impact/distribution.h"

static void swap(uint32_t *a, uint32_t *b) {
  uint32_t keep = *a;
  *a = *b;
  *b = keep;
}

static void reverse(uint32_t *at, size_t n) {
  for (size_t i = 0; i + 1 < n - i; i++) swap(&at[i], &at[n - 1 - i]);
}

/* The next arrangement in lexicographic order; false, and the first again, after the last. */
static bool advance(uint32_t *at, size_t n) {
  size_t i = n;
  while (i > 1 && at[i - 2] >= at[i - 1]) i--;
  if (i <= 1) {
    reverse(at, n);
    return false;
  }
  size_t j = n - 1;
  while (at[j] <= at[i - 2]) j--;
  swap(&at[i - 2], &at[j]);
  reverse(at + i - 1, n - i + 1);
  return true;
}

/* n! / prod of repeats!, as a product that stays exact while it is small. */
static double arrangements(const uint32_t *sorted, size_t n) {
  double all = 1, run = 1;
  for (size_t i = 1; i < n; i++) {
    run = sorted[i] == sorted[i - 1] ? run + 1 : 1;
    all *= (double)(i + 1) / run;
  }
  return round(all);
}

static void sort(uint32_t *at, size_t n) {
  for (size_t i = 1; i < n; i++) {
    for (size_t j = i; j > 0 && at[j - 1] > at[j]; j--) swap(&at[j], &at[j - 1]);
  }
}

static void publish(muster_assignments *a) {
  for (size_t i = 0; i < a->n; i++) a->label[a->order[i]] = a->at[i];
}

muster_status muster_assignments_start(const uint32_t *label, const uint32_t *stratum, size_t n, size_t most,
                                       size_t draws, uint64_t seed, muster_assignments *out, muster_error *err) {
  muster_numerics_ready();
  *out = (muster_assignments){.n = n, .strata = 1};
  for (size_t i = 0; stratum && i < n; i++) out->strata = stratum[i] + 1 > out->strata ? stratum[i] + 1 : out->strata;
  out->order = muster_alloc(n, sizeof *out->order);
  out->first = muster_alloc(out->strata + 1, sizeof *out->first);
  out->at = muster_alloc(n, sizeof *out->at);
  out->label = muster_alloc(n, sizeof *out->label);
  if (!out->order || !out->first || !out->at || !out->label) {
    muster_assignments_free(out);
    return muster_fail_memory(err);
  }
  double all = 1;
  size_t next = 0;
  for (size_t s = 0; s < out->strata; s++) {
    out->first[s] = next;
    for (size_t i = 0; i < n; i++) {
      if (stratum && stratum[i] != s) continue;
      out->order[next] = i;
      out->at[next++] = label[i];
    }
    sort(out->at + out->first[s], next - out->first[s]);
    all *= arrangements(out->at + out->first[s], next - out->first[s]);
  }
  out->first[out->strata] = next;
  out->exact = all <= (double)most;
  out->count = out->exact ? (size_t)all : draws;
  if (out->exact) return MUSTER_OK;
  out->rng = gsl_rng_alloc(gsl_rng_mt19937);
  if (!out->rng) {
    muster_assignments_free(out);
    return muster_fail_memory(err);
  }
  gsl_rng_set(out->rng, (unsigned long)seed);
  return MUSTER_OK;
}

bool muster_assignments_next(muster_assignments *a) {
  if (a->done == a->count) return false;
  if (!a->exact) {
    for (size_t s = 0; s < a->strata; s++) {
      for (size_t i = a->first[s + 1] - a->first[s]; i > 1; i--)
        swap(&a->at[a->first[s] + i - 1], &a->at[a->first[s] + gsl_rng_uniform_int(a->rng, i)]);
    }
  } else if (a->done) {
    size_t s = 0;
    while (s < a->strata && !advance(a->at + a->first[s], a->first[s + 1] - a->first[s])) s++;
  }
  a->done++;
  publish(a);
  return true;
}

void muster_assignments_free(muster_assignments *a) {
  muster_free(a->order);
  muster_free(a->first);
  muster_free(a->at);
  muster_free(a->label);
  if (a->rng) gsl_rng_free(a->rng);
  *a = (muster_assignments){0};
}
