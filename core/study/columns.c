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

bool muster_study_passes(muster_text cell, const muster_given *wanted) {
  double number;
  switch (wanted->kind) {
    case MUSTER_GIVEN_FLAG: return wanted->flag ? muster_text_is_true(cell) : muster_text_is_false(cell);
    case MUSTER_GIVEN_NUMBER: return muster_text_number(cell, &number) && number == wanted->number;
    case MUSTER_GIVEN_TEXT: return muster_text_equal_nocase(cell, muster_text_of(wanted->text));
    default: return false;
  }
}
