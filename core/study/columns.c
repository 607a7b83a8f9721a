/* Columns that are made from texts: covariates, factors, filters. */
#include "columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

muster_status muster_study_covariate(muster_study_data *d, const char *name, double **column, muster_error *err) {
  size_t k = d->n_covariates;
  double **columns = muster_realloc(d->covariate, k + 1, sizeof *columns);
  if (!columns) return muster_fail_memory(err);
  d->covariate = columns;
  const char **names = muster_realloc(d->covariate_name, k + 1, sizeof *names);
  if (!names) return muster_fail_memory(err);
  d->covariate_name = names;
  names[k] = muster_arena_copy(&d->arena, name, strlen(name));
  columns[k] = muster_alloc(d->n, sizeof **columns);
  if (!names[k] || !columns[k]) {
    muster_free(columns[k]);
    return muster_fail_memory(err);
  }
  *column = columns[k];
  d->n_covariates++;
  return MUSTER_OK;
}

static int by_bytes(const void *a, const void *b) {
  return muster_text_compare(*(const muster_text *)a, *(const muster_text *)b);
}

static muster_status levels_of(muster_study_data *d, const muster_text *values, muster_map *map, muster_text **levels,
                               muster_error *err) {
  for (size_t i = 0; i < d->n; i++)
    if (values[i].n && muster_map_add(map, values[i], NULL) == MUSTER_NONE) return muster_fail_memory(err);
  *levels = muster_alloc(map->count + 1, sizeof **levels);
  if (!*levels) return muster_fail_memory(err);
  for (uint32_t k = 0; k < map->count; k++) (*levels)[k] = muster_map_name(map, k);
  qsort(*levels, map->count, sizeof **levels, by_bytes);
  return MUSTER_OK;
}

/* Year 2 before year 10. */
static int by_number(const void *a, const void *b) {
  double left = 0, right = 0;
  if (!muster_text_number(*(const muster_text *)a, &left) || !muster_text_number(*(const muster_text *)b, &right) ||
      left == right)
    return by_bytes(a, b);
  return (left > right) - (left < right);
}

static bool all_numbers(const muster_text *levels, size_t n) {
  double ignored;
  for (size_t k = 0; k < n; k++)
    if (!muster_text_number(levels[k], &ignored)) return false;
  return true;
}

muster_status muster_study_factor(muster_study_data *d, const char *name, const muster_text *values,
                                  muster_error *err) {
  muster_map map = {0};
  muster_text *levels = NULL;
  muster_status status = levels_of(d, values, &map, &levels, err);
  for (size_t k = 1; status == MUSTER_OK && k < map.count; k++) {
    char *title = muster_arena_printf(&d->arena, "%s=%.*s", name, (int)levels[k].n, levels[k].at);
    double *column;
    status = title ? muster_study_covariate(d, title, &column, err) : muster_fail_memory(err);
    for (size_t i = 0; status == MUSTER_OK && i < d->n; i++)
      column[i] = values[i].n ? muster_text_equal(values[i], levels[k]) : NAN;
  }
  muster_free(levels);
  muster_map_free(&map);
  return status;
}

muster_status muster_study_grouping_add(muster_study_data *d, const char *name, const muster_text *values,
                                        muster_error *err) {
  muster_map map = {0};
  muster_text *levels = NULL;
  muster_study_grouping *grown = muster_realloc(d->grouping, d->n_groupings + 1, sizeof *grown);
  if (!grown) return muster_fail_memory(err);
  d->grouping = grown;
  muster_study_grouping *g = &grown[d->n_groupings];
  *g = (muster_study_grouping){.name = muster_arena_copy(&d->arena, name, strlen(name)),
                               .level = muster_alloc(d->n, sizeof *g->level)};
  if (g->level) d->n_groupings++;
  muster_status status = g->name && g->level ? levels_of(d, values, &map, &levels, err) : muster_fail_memory(err);
  int (*order)(const void *, const void *) = by_bytes;
  if (status == MUSTER_OK && all_numbers(levels, map.count)) {
    order = by_number;
    qsort(levels, map.count, sizeof *levels, order);
  }
  if (status == MUSTER_OK) {
    g->n_levels = map.count;
    g->level_name = muster_arena_alloc(&d->arena, (g->n_levels + 1) * sizeof *g->level_name);
    for (size_t k = 0; g->level_name && k < g->n_levels; k++)
      if (!(g->level_name[k] = muster_arena_copy(&d->arena, levels[k].at, levels[k].n))) g->level_name = NULL;
    if (!g->level_name) status = muster_fail_memory(err);
  }
  for (size_t i = 0; status == MUSTER_OK && i < d->n; i++) {
    const muster_text *at = values[i].n ? bsearch(&values[i], levels, g->n_levels, sizeof *levels, order) : NULL;
    g->level[i] = at ? (uint32_t)(at - levels) : MUSTER_NONE;
  }
  muster_free(levels);
  muster_map_free(&map);
  return status;
}

static bool listed_before(const muster_study *study, const char *key, size_t e, size_t i, const char *name) {
  for (size_t f = 0; f <= e; f++) {
    const muster_given *list = muster_part_given(&study->estimators[f], key);
    if (!list || list->kind != MUSTER_GIVEN_LIST) continue;
    for (size_t k = 0; k < (f == e ? i : list->count); k++)
      if (strcmp(list->items[k].text, name) == 0) return true;
  }
  return false;
}

muster_status muster_study_names(const muster_study *study, const char *key,
                                 muster_status (*visit)(void *with, const char *name, muster_error *err), void *with,
                                 muster_error *err) {
  for (size_t e = 0; e < study->estimator_count; e++) {
    const muster_given *list = muster_part_given(&study->estimators[e], key);
    if (!list || list->kind != MUSTER_GIVEN_LIST) continue; /* power's `by` is a word */
    for (size_t i = 0; i < list->count; i++)
      if (!listed_before(study, key, e, i, list->items[i].text)) MUSTER_TRY(visit(with, list->items[i].text, err));
  }
  return MUSTER_OK;
}

muster_status muster_study_placebo_add(muster_study_data *d, const char *name, const char *words,
                                       muster_study_placebo **placebo, muster_error *err) {
  muster_study_placebo *grown = muster_realloc(d->placebo, d->n_placebos + 1, sizeof *grown);
  if (!grown) return muster_fail_memory(err);
  d->placebo = grown;
  *placebo = &grown[d->n_placebos++];
  **placebo = (muster_study_placebo){.name = muster_arena_copy(&d->arena, name, strlen(name)),
                                     .words = muster_arena_copy(&d->arena, words, strlen(words))};
  return (*placebo)->name && (*placebo)->words ? MUSTER_OK : muster_fail_memory(err);
}

bool muster_study_passes(muster_text cell, const muster_given *wanted) {
  double number;
  switch (wanted->kind) {
    case MUSTER_GIVEN_FLAG: return wanted->flag ? muster_text_is_true(cell) : muster_text_is_false(cell);
    case MUSTER_GIVEN_NUMBER: return muster_text_number(cell, &number) && number == wanted->number;
    case MUSTER_GIVEN_TEXT: return muster_text_equal_nocase(cell, muster_text_of(wanted->text));
    default: return false;
  }
}
