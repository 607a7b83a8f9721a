/* A layer with its columns found. */
#include "view.h"

#include <math.h>
#include <string.h>

const muster_chart_column *frame_column(const muster_chart_frame *frame, const char *name) {
  for (size_t i = 0; frame && name && i < frame->column_count; i++)
    if (strcmp(frame->columns[i].name, name) == 0) return &frame->columns[i];
  return NULL;
}

view view_of(const muster_chart *chart, const muster_chart_layer *layer) {
  view v = {.layer = layer, .data = layer->data ? layer->data : chart->data};
  bool columns = false;
  for (int c = 0; c < MUSTER_CHANNEL_COUNT; c++) {
    if (layer->bind[c].kind == MUSTER_BIND_NAME) v.column[c] = frame_column(v.data, layer->bind[c].name);
    columns = columns || v.column[c];
  }
  if (!columns) v.data = NULL;
  v.facet = frame_column(v.data, chart->facet);
  v.rows = v.data ? v.data->rows : 1;
  return v;
}

bool view_has(const view *v, muster_channel channel) {
  return v->column[channel] || v->layer->bind[channel].kind == MUSTER_BIND_NUMBER;
}

bool view_is_text(const view *v, muster_channel channel) { return v->column[channel] && v->column[channel]->texts; }

double view_number(const view *v, muster_channel channel, size_t row) {
  if (v->layer->bind[channel].kind == MUSTER_BIND_NUMBER) return v->layer->bind[channel].number;
  const muster_chart_column *column = v->column[channel];
  return column && column->numbers ? column->numbers[row] : NAN;
}

const char *view_text(const view *v, muster_channel channel, size_t row) {
  const muster_chart_column *column = v->column[channel];
  const char *text = column && column->texts ? column->texts[row] : NULL;
  return text && *text ? text : NULL;
}

bool view_strong(const view *v, size_t row) {
  double n = view_number(v, MUSTER_CHANNEL_STRONG, row);
  return n == n && n != 0;
}
