/* Result rows: filled by estimators, copied into a list that owns its texts, written as CSV. */
#include "muster/impact/estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cells.h"
#include "muster/impact/distribution.h"

muster_estimate muster_estimate_blank(const char *estimator, const char *outcome, const char *term) {
  return (muster_estimate){.estimator = estimator,
                           .outcome = outcome,
                           .term = term,
                           .group = NAN,
                           .time = NAN,
                           .estimate = NAN,
                           .std_error = NAN,
                           .conf_low = NAN,
                           .conf_high = NAN,
                           .p_value = NAN,
                           .df = NAN,
                           .note = ""};
}

void muster_estimate_fill(muster_estimate *row, double estimate, double std_error, double df, double level) {
  row->estimate = estimate;
  row->std_error = std_error;
  row->df = df;
  row->conf_low = row->conf_high = row->p_value = NAN;
  if (!(std_error > 0) || isinf(std_error)) return;
  double wide = muster_t_quantile(0.5 + level / 2, df) * std_error;
  row->conf_low = estimate - wide;
  row->conf_high = estimate + wide;
  row->p_value = muster_t_p(estimate / std_error, df);
}

static const char *keep(muster_arena *arena, const char *text) {
  return text ? muster_arena_copy(arena, text, strlen(text)) : muster_arena_copy(arena, "", 0);
}

muster_status muster_estimates_add(muster_estimates *list, const muster_estimate *row, muster_error *err) {
  if (!MUSTER_GROW(list->at, list->capacity, list->count)) return muster_fail_memory(err);
  muster_estimate copy = *row;
  copy.estimator = keep(&list->arena, row->estimator);
  copy.outcome = keep(&list->arena, row->outcome);
  copy.term = keep(&list->arena, row->term);
  copy.note = keep(&list->arena, row->note);
  if (!copy.estimator || !copy.outcome || !copy.term || !copy.note) return muster_fail_memory(err);
  list->at[list->count++] = copy;
  return MUSTER_OK;
}

/* The shortest of 15 to 17 significant digits that reads back as the same double. */
void muster_cell_number(muster_buf *out, double value) {
  muster_buf_putc(out, ',');
  if (isnan(value)) return;
  if (isinf(value)) {
    muster_buf_puts(out, value < 0 ? "-Inf" : "Inf");
    return;
  }
  char text[40];
  for (int digits = 15; digits <= 17; digits++) {
    snprintf(text, sizeof text, "%.*g", digits, value == 0 ? 0.0 : value);
    double back;
    if (muster_text_number(muster_text_of(text), &back) && back == value) break;
  }
  muster_buf_puts(out, text);
}

void muster_cell_text(muster_buf *out, const char *text) {
  muster_buf_putc(out, ',');
  muster_buf_csv(out, muster_text_of(text));
}

void muster_cell_count(muster_buf *out, size_t count) {
  muster_buf_putc(out, ',');
  if (count) muster_buf_printf(out, "%zu", count);
}

void muster_estimates_csv(const muster_estimates *list, const char *study, muster_buf *out) {
  muster_buf_puts(out,
                  "study,estimator,outcome,term,group,time,estimate,std_error,conf_low,conf_high,p_value,df,n_units,"
                  "n_obs,n_clusters,note\n");
  for (size_t i = 0; i < list->count; i++) {
    const muster_estimate *row = &list->at[i];
    muster_buf_csv(out, muster_text_of(study));
    muster_cell_text(out, row->estimator);
    muster_cell_text(out, row->outcome);
    muster_cell_text(out, row->term);
    const double figures[] = {row->group,    row->time,      row->estimate, row->std_error,
                              row->conf_low, row->conf_high, row->p_value,  row->df};
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) muster_cell_number(out, figures[f]);
    muster_cell_count(out, row->n_units);
    muster_cell_count(out, row->n_obs);
    muster_cell_count(out, row->n_clusters);
    muster_cell_text(out, row->note);
    muster_buf_putc(out, '\n');
  }
}

void muster_estimates_free(muster_estimates *list) {
  muster_free(list->at);
  muster_arena_free(&list->arena);
  *list = (muster_estimates){0};
}
