/* Building a chart: layers, bindings, frames. Setting by name is in options.c, checking in check.c. */
#include "muster/chart/spec.h"

#include <math.h>
#include <string.h>

static const char *const mark_names[] = {
#define XX(name, text) text,
    MUSTER_MARK_MAP(XX)
#undef XX
};

void muster_chart_init(muster_chart *chart) {
  memset(chart, 0, sizeof *chart);
  chart->x.from = chart->x.to = chart->x.decimals = NAN;
  chart->y.from = chart->y.to = chart->y.decimals = NAN;
  chart->row_height = NAN;
}

void muster_chart_free(muster_chart *chart) {
  muster_arena_free(&chart->arena);
  muster_chart_init(chart);
}

static void unset(muster_chart_layer *layer, muster_chart_mark mark) {
  *layer = (muster_chart_layer){.mark = mark};
  layer->alpha = layer->width = layer->size = layer->level = layer->dy = layer->limit = NAN;
  layer->hollow = layer->max = layer->start = layer->stop = NAN;
}

muster_chart_layer *muster_chart_add(muster_chart *chart, muster_chart_mark mark) {
  static _Thread_local muster_chart_layer spare; /* written to, never read: the chart has failed */
  muster_chart_layer *layer =
      chart->layer_count < MUSTER_LAYERS_MAX ? muster_arena_alloc(&chart->arena, sizeof *layer) : NULL;
  if (layer)
    chart->layers[chart->layer_count++] = layer;
  else
    chart->failed = true, layer = &spare;
  unset(layer, mark);
  return layer;
}

void muster_chart_bind(muster_chart_layer *layer, muster_channel channel, const char *column) {
  layer->bind[channel] = (muster_bind){MUSTER_BIND_NAME, 0, column};
}

void muster_chart_bind_number(muster_chart_layer *layer, muster_channel channel, double number) {
  layer->bind[channel] = (muster_bind){MUSTER_BIND_NUMBER, number, NULL};
}

static void name_value(muster_chart *chart, muster_chart_named *list, size_t *count, const char *name, int value) {
  for (size_t i = 0; i < *count; i++)
    if (strcmp(list[i].name, name) == 0) {
      list[i].value = value;
      return;
    }
  if (*count == MUSTER_NAMED_MAX)
    chart->failed = true;
  else
    list[(*count)++] = (muster_chart_named){name, value};
}

void muster_chart_colour(muster_chart *chart, const char *value, muster_colour colour) {
  name_value(chart, chart->colours, &chart->colour_count, value, (int)colour);
}

void muster_chart_shape(muster_chart *chart, const char *value, muster_shape shape) {
  name_value(chart, chart->shapes, &chart->shape_count, value, (int)shape);
}

static size_t count_words(const char *text) {
  size_t n = 0;
  for (const char *p = text; p && *p; p++) n += *p != ' ' && (p == text || p[-1] == ' ');
  return n;
}

muster_chart_frame *muster_chart_frame_new(muster_chart *chart, size_t rows, const char *numbers, const char *texts) {
  size_t number_count = count_words(numbers), count = number_count + count_words(texts);
  size_t room = rows ? rows : 1;
  muster_chart_frame *frame = muster_arena_alloc(&chart->arena, sizeof *frame);
  muster_chart_column *columns = muster_arena_alloc(&chart->arena, count * sizeof *columns);
  bool good = frame && columns && room < SIZE_MAX / 16;
  const char *at = numbers;
  for (size_t i = 0; good && i < count; i++) {
    if (i == number_count) at = texts;
    while (*at == ' ') at++;
    size_t n = strcspn(at, " ");
    columns[i].name = muster_arena_copy(&chart->arena, at, n);
    if (i < number_count)
      columns[i].numbers = muster_arena_alloc(&chart->arena, room * sizeof(double));
    else
      columns[i].texts = muster_arena_alloc(&chart->arena, room * sizeof(char *));
    good = columns[i].name && (columns[i].numbers || columns[i].texts);
    at += n;
  }
  if (!good) {
    chart->failed = true;
    return NULL;
  }
  *frame = (muster_chart_frame){columns, count, rows};
  return frame;
}

static const muster_chart_column *column_of(const muster_chart_frame *frame, const char *name) {
  for (size_t i = 0; frame && i < frame->column_count; i++)
    if (strcmp(frame->columns[i].name, name) == 0) return &frame->columns[i];
  return NULL;
}

/* The frame is the chart's own, made by muster_chart_frame_new from writable memory. */
double *muster_chart_numbers(muster_chart_frame *frame, const char *name) {
  const muster_chart_column *column = column_of(frame, name);
  return column ? (double *)(uintptr_t)column->numbers : NULL;
}

const char **muster_chart_texts(muster_chart_frame *frame, const char *name) {
  const muster_chart_column *column = column_of(frame, name);
  return column ? (const char **)(uintptr_t)column->texts : NULL;
}

muster_chart_mark muster_chart_mark_of(const char *name) {
  size_t i = 0;
  while (i < MUSTER_MARK_COUNT && strcmp(mark_names[i], name) != 0) i++;
  return (muster_chart_mark)i;
}

const char *muster_chart_mark_name(muster_chart_mark mark) {
  return mark < MUSTER_MARK_COUNT ? mark_names[mark] : "mark";
}
