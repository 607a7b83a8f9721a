/* What both kinds of data share: freeing, handing over, the digest of what may be known beforehand. */
#include <string.h>

#include "columns.h"

void muster_study_data_free(muster_study_data *d) {
  for (size_t k = 0; k < d->n_outcomes; k++) {
    if (d->y) muster_free(d->y[k]);
    if (d->weight && d->weight[k] && (k == 0 || d->weight[k] != d->weight[0])) muster_free(d->weight[k]);
  }
  for (size_t k = 0; k < d->n_covariates; k++)
    if (d->covariate) muster_free(d->covariate[k]);
  for (size_t k = 0; k < d->n_groupings; k++) muster_free(d->grouping[k].level);
  muster_free(d->grouping);
  for (size_t k = 0; k < d->n_placebos; k++) {
    muster_free(d->placebo[k].count);
    muster_free(d->placebo[k].value);
  }
  muster_free(d->placebo);
  muster_free(d->unit);
  muster_free(d->time);
  muster_free(d->cluster);
  muster_free(d->stratum);
  muster_free(d->cohort);
  muster_free(d->treated);
  muster_free(d->taken);
  muster_free(d->possible);
  muster_free(d->covariate);
  muster_free(d->covariate_name);
  muster_free(d->period);
  muster_arena_free(&d->arena);
  *d = (muster_study_data){0};
}

muster_status muster_study_outcomes(const muster_study *study, size_t n, muster_study_data *d, muster_error *err) {
  const muster_given *names = muster_part_given(&study->panel, "outcome");
  size_t k = names ? names->count : 0;
  d->n = n;
  d->outcome = muster_arena_alloc(&d->arena, k * sizeof *d->outcome);
  d->threshold = muster_arena_alloc(&d->arena, k * sizeof *d->threshold);
  d->rate = muster_arena_alloc(&d->arena, k * sizeof *d->rate);
  d->y = muster_arena_alloc(&d->arena, k * sizeof *d->y);
  d->weight = muster_arena_alloc(&d->arena, k * sizeof *d->weight);
  if (!d->outcome || !d->threshold || !d->rate || !d->y || !d->weight) return muster_fail_memory(err);
  d->n_outcomes = k;
  for (size_t i = 0; i < k; i++) {
    d->outcome[i] = muster_arena_copy(&d->arena, names->items[i].text, strlen(names->items[i].text));
    d->y[i] = muster_alloc(n, sizeof *d->y[i]);
    if (!d->outcome[i] || !d->y[i]) return muster_fail_memory(err);
  }
  return MUSTER_OK;
}

static void add_doubles(muster_hash *hash, const double *at, size_t n) {
  static const char absent = 0, present = 1;
  muster_hash_add(hash, at ? &present : &absent, 1);
  if (at) muster_hash_add(hash, at, n * sizeof *at);
}

static void add_numbers(muster_hash *hash, const uint32_t *at, size_t n) {
  static const char absent = 0, present = 1;
  muster_hash_add(hash, at ? &present : &absent, 1);
  if (at) muster_hash_add(hash, at, n * sizeof *at);
}

void muster_study_blind_digest(muster_study_data *d) {
  muster_hash hash;
  muster_hash_begin(&hash);
  muster_hash_add(&hash, &d->n, sizeof d->n);
  add_numbers(&hash, d->unit, d->n);
  add_doubles(&hash, d->time, d->n);
  add_numbers(&hash, d->cluster, d->n);
  add_numbers(&hash, d->stratum, d->n);
  add_doubles(&hash, d->cohort, d->n);
  add_doubles(&hash, d->treated, d->n);
  for (size_t k = 0; k < d->n_covariates; k++) {
    muster_hash_add(&hash, d->covariate_name[k], strlen(d->covariate_name[k]) + 1);
    add_doubles(&hash, d->covariate[k], d->n);
  }
  for (size_t k = 0; k < d->n_groupings; k++) {
    muster_hash_add(&hash, d->grouping[k].name, strlen(d->grouping[k].name) + 1);
    add_numbers(&hash, d->grouping[k].level, d->n);
  }
  muster_hash_end(&hash, d->digest_blind);
}

muster_status muster_study_panel(const muster_study_data *d, size_t outcome, muster_panel *panel, muster_error *err) {
  muster_columns columns = {.n = d->n,
                            .unit = d->unit,
                            .time = d->time,
                            .y = d->y[outcome],
                            .weight = d->weight[outcome],
                            .cluster = d->cluster,
                            .stratum = d->stratum,
                            .cohort = d->cohort,
                            .never = d->never,
                            .n_never = d->n_never,
                            .treated = d->treated,
                            .n_covariates = d->n_covariates,
                            .covariates = (const double *const *)d->covariate,
                            .names = d->covariate_name};
  MUSTER_TRY(muster_panel_build(&columns, panel, err));
  return MUSTER_OK;
}
