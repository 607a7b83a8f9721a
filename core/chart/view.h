/* A layer with its columns found: values by channel and row. */
#ifndef MUSTER_CHART_VIEW_H
#define MUSTER_CHART_VIEW_H

#include "muster/chart/spec.h"

typedef struct view {
  const muster_chart_layer *layer;
  const muster_chart_frame *data; /* may be NULL: a layer of plain numbers */
  const muster_chart_column *column[MUSTER_CHANNEL_COUNT];
  const muster_chart_column *facet;
  size_t rows; /* 1 for a layer of plain numbers */
} view;

const muster_chart_column *frame_column(const muster_chart_frame *frame, const char *name);
view view_of(const muster_chart *chart, const muster_chart_layer *layer);

/** Is the channel bound to a column or a number. */
bool view_has(const view *v, muster_channel channel);
bool view_is_text(const view *v, muster_channel channel);

/** NaN when unbound, missing, or a text. */
double view_number(const view *v, muster_channel channel, size_t row);

/** NULL when unbound, missing, or a number. */
const char *view_text(const view *v, muster_channel channel, size_t row);

/** `strong` is set and not 0 in this row. */
bool view_strong(const view *v, size_t row);

#endif
