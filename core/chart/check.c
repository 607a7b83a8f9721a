/* Is a chart one that can be drawn: every mark has its channels, every column exists and is of the right kind. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "view.h"
#include "words.h"

static const char *const channel_names[] = {
#define XX(name, text) text,
    MUSTER_CHANNEL_MAP(XX)
#undef XX
};

/* What must be bound; "|" stands between alternatives. */
static const char *const needs[MUSTER_MARK_COUNT][3] = {
    [MUSTER_MARK_LINE] = {"x", "y"},
    [MUSTER_MARK_STEP] = {"x", "y"},
    [MUSTER_MARK_RIBBON] = {"x", "lo", "hi"},
    [MUSTER_MARK_DOT] = {"x", "y"},
    [MUSTER_MARK_BAR] = {"value", "x|y"},
    [MUSTER_MARK_CELL] = {"x", "y", "fill|by"},
    [MUSTER_MARK_INTERVAL] = {"lo", "hi"},
    [MUSTER_MARK_LINK] = {"y", "from", "to"},
    [MUSTER_MARK_RULE] = {"x|y"},
    [MUSTER_MARK_BAND] = {"x|y"},
    [MUSTER_MARK_TEXT] = {"label"},
    [MUSTER_MARK_STRIP] = {"row", "session", "code"},
};

static bool is_label(muster_channel channel) {
  return channel == MUSTER_CHANNEL_LABEL || channel == MUSTER_CHANNEL_SUB;
}

static bool has_one_of(const muster_chart_layer *layer, const char *names) {
  for (const char *at = names; *at;) {
    size_t n = strcspn(at, "|");
    for (int c = 0; c < MUSTER_CHANNEL_COUNT; c++)
      if (strlen(channel_names[c]) == n && !memcmp(channel_names[c], at, n) && layer->bind[c].kind != MUSTER_UNBOUND)
        return true;
    at += n + (at[n] == '|');
  }
  return false;
}

static void list_columns(const muster_chart_frame *frame, char *out, size_t size) {
  size_t n = 0;
  out[0] = '\0';
  for (size_t i = 0; frame && i < frame->column_count && n + 40 < size; i++) {
    int more = snprintf(out + n, size - n, "%s%.32s", n ? ", " : "", frame->columns[i].name);
    n += more > 0 ? (size_t)more : 0;
  }
  if (n == 0) snprintf(out, size, "none, for there is no data");
}

typedef struct checked {
  const muster_chart *chart;
  const muster_chart_layer *layer;
  size_t number;
  muster_error *err;
} checked;

static muster_status no_column(const checked *c, const muster_chart_frame *data, const char *name,
                               const char *channel) {
  const char *names[MUSTER_CHART_COLUMNS_MAX + 1];
  size_t count = 0;
  for (size_t i = 0; data && i < data->column_count; i++) names[count++] = data->columns[i].name;
  names[count] = NULL;
  char columns[220];
  list_columns(data, columns, sizeof columns);
  const char *near = muster_nearest(name, names);
  muster_status status = muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): no column '%.60s' for %s; columns: %s",
                                     c->number, muster_chart_mark_name(c->layer->mark), name, channel, columns);
  if (near) muster_error_todo(c->err, "did you mean '%s'?", near);
  return status;
}

static muster_status check_frame(const checked *c, const muster_chart_frame *frame) {
  bool good = frame->column_count <= MUSTER_CHART_COLUMNS_MAX && frame->rows < UINT32_MAX / 4;
  for (size_t i = 0; good && i < frame->column_count; i++) {
    const muster_chart_column *column = &frame->columns[i];
    good = column->name && (!column->numbers != !column->texts || frame->rows == 0);
  }
  if (good) return MUSTER_OK;
  muster_status status = muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): the data is not a table", c->number,
                                     muster_chart_mark_name(c->layer->mark));
  muster_error_expected(c->err, "at most %d named columns, each of numbers or of texts", MUSTER_CHART_COLUMNS_MAX);
  return status;
}

static muster_status check_column(const checked *c, const muster_chart_frame *data, muster_channel channel) {
  const muster_bind *bind = &c->layer->bind[channel];
  const char *name = channel_names[channel], *mark = muster_chart_mark_name(c->layer->mark);
  if (bind->kind == MUSTER_BIND_NUMBER && isnan(bind->number))
    return muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): %s is not a number", c->number, mark, name);
  if (bind->kind != MUSTER_BIND_NAME) return MUSTER_OK;
  const muster_chart_column *column = frame_column(data, bind->name);
  bool literal = is_label(channel) &&
                 (strchr(bind->name, '%') || c->layer->mark == MUSTER_MARK_RULE || c->layer->mark == MUSTER_MARK_BAND ||
                  c->layer->bind[MUSTER_CHANNEL_X].kind != MUSTER_BIND_NAME);
  if (!column && literal) return MUSTER_OK;
  if (!column) return no_column(c, data, bind->name, name);
  static const bool numeric[MUSTER_CHANNEL_COUNT] = {
      [MUSTER_CHANNEL_LO] = true,       [MUSTER_CHANNEL_HI] = true,     [MUSTER_CHANNEL_INNER_LO] = true,
      [MUSTER_CHANNEL_INNER_HI] = true, [MUSTER_CHANNEL_MID] = true,    [MUSTER_CHANNEL_FROM] = true,
      [MUSTER_CHANNEL_TO] = true,       [MUSTER_CHANNEL_VALUE] = true,  [MUSTER_CHANNEL_FILL] = true,
      [MUSTER_CHANNEL_STRONG] = true,   [MUSTER_CHANNEL_SESSION] = true};
  static const bool textual[MUSTER_CHANNEL_COUNT] = {[MUSTER_CHANNEL_BY] = true,
                                                     [MUSTER_CHANNEL_ROW] = true,
                                                     [MUSTER_CHANNEL_CODE] = true,
                                                     [MUSTER_CHANNEL_GROUP] = true};
  if ((numeric[channel] && column->texts) || (textual[channel] && column->numbers))
    return muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): column '%.60s' for %s holds %s, not %s", c->number, mark,
                       bind->name, name, column->texts ? "texts" : "numbers", column->texts ? "numbers" : "texts");
  return MUSTER_OK;
}

/* One axis is either of numbers or of names. */
static muster_status check_axis(const checked *c, const view *v, muster_channel channel, int *kind, size_t *first) {
  if (!view_has(v, channel) || c->layer->at != MUSTER_AT_PLOT || c->layer->mark == MUSTER_MARK_RULE) return MUSTER_OK;
  if (!v->column[channel]) return MUSTER_OK; /* a number is a position among names as well */
  int own = v->column[channel]->texts ? 2 : 1;
  if (*kind == 0) *kind = own, *first = c->number;
  if (*kind == own) return MUSTER_OK;
  return muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): %s holds %s, but layer %zu has %s there", c->number,
                     muster_chart_mark_name(c->layer->mark), channel_names[channel], own == 2 ? "texts" : "numbers",
                     *first, own == 2 ? "numbers" : "texts");
}

static muster_status check_layer(const checked *c, int axis[2], size_t first[2]) {
  const muster_chart_layer *layer = c->layer;
  const char *mark = muster_chart_mark_name(layer->mark);
  for (size_t i = 0; i < 3 && needs[layer->mark][i]; i++) {
    if (has_one_of(layer, needs[layer->mark][i])) continue;
    muster_status status =
        muster_fail(c->err, MUSTER_PACK, "layer %zu (%s): no %s", c->number, mark, needs[layer->mark][i]);
    muster_error_todo(c->err, "name the column it is to be taken from");
    return status;
  }
  const muster_chart_frame *data = layer->data ? layer->data : c->chart->data;
  if (data) MUSTER_TRY(check_frame(c, data));
  for (int i = 0; i < MUSTER_CHANNEL_COUNT; i++) MUSTER_TRY(check_column(c, data, (muster_channel)i));
  view v = view_of(c->chart, layer);
  if (layer->mark == MUSTER_MARK_STRIP) {
    if (axis[1] == 1) return muster_fail(c->err, MUSTER_PACK, "layer %zu (strip): y holds numbers already", c->number);
    axis[1] = 2, first[1] = c->number;
    return MUSTER_OK;
  }
  MUSTER_TRY(check_axis(c, &v, MUSTER_CHANNEL_X, &axis[0], &first[0]));
  return check_axis(c, &v, MUSTER_CHANNEL_Y, &axis[1], &first[1]);
}

static muster_status check_range(const muster_chart_scale *scale, const char *name, muster_error *err) {
  if (isinf(scale->from) || isinf(scale->to))
    return muster_fail(err, MUSTER_PACK, "chart: %s.from or %s.to is infinite", name, name);
  if (!isnan(scale->from) && !isnan(scale->to) && !(scale->from < scale->to))
    return muster_fail(err, MUSTER_PACK, "chart: %s.from %g is not below %s.to %g", name, scale->from, name, scale->to);
  return MUSTER_OK;
}

muster_status muster_chart_check(const muster_chart *chart, muster_error *err) {
  if (chart->failed) {
    if (chart->layer_count == MUSTER_LAYERS_MAX)
      return muster_fail(err, MUSTER_PACK, "chart: more than %d layers", MUSTER_LAYERS_MAX);
    return muster_fail_memory(err);
  }
  if (chart->layer_count == 0) {
    muster_status status = muster_fail(err, MUSTER_PACK, "chart: there is nothing to draw");
    muster_error_expected(err, "at least one layer, such as line or dot");
    return status;
  }
  MUSTER_TRY(check_range(&chart->x, "x", err));
  MUSTER_TRY(check_range(&chart->y, "y", err));
  if (chart->facet) {
    bool found = false;
    for (size_t i = 0; i < chart->layer_count && !found; i++) {
      const muster_chart_frame *data = chart->layers[i]->data ? chart->layers[i]->data : chart->data;
      const muster_chart_column *column = frame_column(data, chart->facet);
      found = column && column->texts;
    }
    if (!found) return muster_fail(err, MUSTER_PACK, "chart: no column '%.60s' of texts for facet", chart->facet);
  }
  int axis[2] = {0, 0};
  size_t first[2] = {0, 0};
  for (size_t i = 0; i < chart->layer_count; i++) {
    checked c = {chart, chart->layers[i], i + 1, err};
    MUSTER_TRY(check_layer(&c, axis, first));
  }
  if (chart->beside && chart->beside->beside)
    return muster_fail(err, MUSTER_PACK, "chart: at most two plots stand side by side");
  if (chart->beside) MUSTER_TRY(muster_chart_check(chart->beside, err));
  return MUSTER_OK;
}
